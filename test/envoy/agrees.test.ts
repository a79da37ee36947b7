import { expect, test } from 'vitest';
import type { Workload } from '../../src/mesh/index.js';
import { held } from '../validation/istiod/held.js';
import { describeRecorded } from '../validation/istiod/recorded-case.js';
import type { SentProxy } from '../validation/istiod/recording.js';
import { exportable, passedOnIn, UDP } from './left-out.js';
import { boiledExport } from './recorded.js';

/** An exported proxy is told what a real istiod tells it: see validation/istiod. */
const ASPECTS = ['http', 'tcp', 'clusters', 'inbound', 'endpoints'] as const;

type Aspect = (typeof ASPECTS)[number];

/** What an export cannot have, by case. */
const LEFT_OUT: Readonly<Record<string, readonly Aspect[]>> = {
  'ambient-callers': ['clusters', 'endpoints'], // waypoints and ztunnels take tunnels of HBONE
  'older-unready-endpoints': ['endpoints'], // manifests do not say whose pods are not ready
  'unready-endpoints': ['endpoints'],
};

// Waypoints are not exported, and where istiod refuses everything there is no proxy.
describeRecorded(
  ({ name, recording, mesh, localities, proxies }) => {
    const localityOf = ({ name, machine }: Workload) => machine?.locality ?? localities[name] ?? '';
    for (const { caller, workload, sent, projection } of proxies) {
      const exported = boiledExport(mesh, workload, localityOf);
      const passedOn = passedOnIn(recording, caller);
      const isTcp = (of: string) => projection.isTcp(of);
      const expected = exportable(held(recording, caller, projection.addresses(), isTcp), passedOn);
      const withExport = { ...recording, proxies: { ...recording.proxies, [caller]: exported } };
      const found = exportable(held(withExport, caller, projection.addresses(), isTcp), passedOn);
      test.each(ASPECTS.filter((aspect) => !LEFT_OUT[name]?.includes(aspect)))(`${caller}: %s`, (aspect) => {
        expect(found[aspect]).toEqual(expected[aspect]);
      });
      test(`${caller}: the way to its own application`, () => {
        expect(waysIn(exported, isTcp)).toEqual(waysIn(sent, isTcp));
      });
    }
  },
  (type) => type !== 'waypoint',
);

/** Of the clusters to its application what `held` leaves out: nothing limits requests by it. */
function waysIn({ inbound }: SentProxy, isTcp: (port: string) => boolean): object {
  const ways = Object.entries(inbound).filter(([port]) => port !== UDP);
  return Object.fromEntries(
    ways.map(([port, { protocol, connectTimeoutMs, limits }]) => [
      port,
      { connectTimeoutMs, retryBudget: limits?.retryBudget, ...(!isTcp(port) && { protocol }) },
    ]),
  );
}
