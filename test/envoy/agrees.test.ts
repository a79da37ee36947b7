import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Mesh, Origin, Workload } from '../../src/mesh/index.js';
import { MeshResolver } from '../../src/mesh/index.js';
// @ts-expect-error: a script without types
import * as cases from '../../validation/istiod/cases.mjs';
import { loadFiles, OPTIONS } from '../manifests/support.js';
import { held } from '../validation/istiod/held.js';
import { readModelled } from '../validation/istiod/left-out.js';
import { type Localities, ProxyProjection } from '../validation/istiod/project-proxy.js';
import type { Recording, SentProxy } from '../validation/istiod/recording.js';
import { exportable, passedOnIn, UDP } from './left-out.js';
import { boiledExport } from './recorded.js';

/** An exported proxy is told what a real istiod tells it: see validation/istiod. */
const RECORDINGS = resolve(import.meta.dirname, '../../validation/istiod');
const ASPECTS = ['http', 'tcp', 'clusters', 'inbound', 'endpoints'] as const;

type Aspect = (typeof ASPECTS)[number];

/** What an export cannot have, by case. */
const LEFT_OUT: Readonly<Record<string, readonly Aspect[]>> = {
  'ambient-callers': ['clusters', 'endpoints'], // waypoints and ztunnels take tunnels of HBONE
  'older-unready-endpoints': ['endpoints'], // manifests do not say whose pods are not ready
  'unready-endpoints': ['endpoints'],
};

interface Case {
  readonly proxies: readonly { readonly workload: string; readonly type?: string }[];
  readonly istioVersion?: readonly [number, number];
  readonly localities?: Localities;
  readonly unready?: readonly string[];
}

for (const name of (cases.caseNames() as string[]).filter(hasExportable)) {
  const files = cases.inputFiles(name) as string[];
  if (files.every((file) => existsSync(file))) describe(`as a real istiod: ${name}`, () => compareCase(name, files));
  else if (process.env.DRYMESH_REQUIRE_ALL === '1') {
    test(name, () => {
      throw new Error(`there are no ${files.join(', ')}`);
    });
  } else test.skip(`${name}: the corpus is absent`, () => {});
}

function compareCase(name: string, files: readonly string[]): void {
  const { proxies, istioVersion = [1, 31], localities = {}, unready = [] } = cases.readCase(name) as Case;
  const { recording } = readModelled<Recording>(readFileSync(join(RECORDINGS, name, 'istiod.json'), 'utf8'));
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const mesh = withoutImplied(loadFiles(texts, { ...OPTIONS, istioVersion }).mesh);
  const resolver = new MeshResolver(mesh);
  for (const { workload: caller } of proxies) {
    const workload = mesh.workloads.find((each) => namesOf(each).includes(caller))!;
    const sent = recording.proxies[caller]!;
    const localityOf = ({ name, machine }: Workload) => machine?.locality ?? localities[name] ?? '';
    const exported = boiledExport(mesh, workload, localityOf);
    const projection = new ProxyProjection(resolver, mesh, workload, sent, { localities, unready });
    const passedOn = passedOnIn(recording, caller);
    const isTcp = (of: string) => projection.isTcp(of);
    const expected = exportable(held(recording, caller, projection.addresses(), isTcp), passedOn);
    const proxies = { ...recording.proxies, [caller]: exported };
    const found = exportable(held({ ...recording, proxies }, caller, projection.addresses(), isTcp), passedOn);
    test.each(ASPECTS.filter((aspect) => !LEFT_OUT[name]?.includes(aspect)))(`${caller}: %s`, (aspect) => {
      expect(found[aspect]).toEqual(expected[aspect]);
    });
    test(`${caller}: the way to its own application`, () => {
      expect(waysIn(exported, isTcp)).toEqual(waysIn(sent, isTcp));
    });
  }
}

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

/** Waypoints are not exported, and where istiod refuses everything there is no proxy. */
function hasExportable(name: string): boolean {
  return (cases.readCase(name) as Case).proxies.some(({ type }) => type !== 'waypoint');
}

/** The recorded clusters have no installation of Istio, and so no gateway that nobody wrote. */
function withoutImplied(mesh: Mesh): Mesh {
  const isWritten = ({ origin }: { readonly origin: Origin }) => origin.generated !== true;
  return { ...mesh, services: mesh.services.filter(isWritten), workloads: mesh.workloads.filter(isWritten) };
}

function namesOf({ namespace, name }: Mesh['workloads'][number]): readonly string[] {
  return namespace === 'default' ? [name] : [`${namespace}/${name}`];
}
