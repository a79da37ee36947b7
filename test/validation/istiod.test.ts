import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Mesh, Origin } from '../../src/mesh/index.js';
import { MeshResolver } from '../../src/mesh/index.js';
// @ts-expect-error: a script without types
import * as cases from '../../validation/istiod/cases.mjs';
import { loadFiles, OPTIONS } from '../manifests/support.js';
import { held } from './istiod/held.js';
import { readModelled } from './istiod/left-out.js';
import { type Localities, ProxyProjection } from './istiod/project-proxy.js';
import type { Recording } from './istiod/recording.js';

/** What a real istiod sends to the proxies of some meshes, and what Drymesh says of them: see validation/istiod. */
const RECORDINGS = resolve(import.meta.dirname, '../../validation/istiod');
const ASPECTS = ['http', 'tcp', 'policies', 'clusters', 'inbound', 'endpoints'] as const;

interface Case {
  readonly proxies: readonly { readonly workload: string }[];
  readonly istioVersion?: readonly [number, number];
  readonly localities?: Localities;
  /** Workloads whose pods are not ready. */
  readonly unready?: readonly string[];
}

for (const name of cases.caseNames() as string[]) {
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
  const { recording, found } = readModelled<Recording>(readFileSync(join(RECORDINGS, name, 'istiod.json'), 'utf8'));
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const { mesh: all, diagnostics } = loadFiles(texts, { ...OPTIONS, istioVersion });
  const mesh = withoutImplied(all);
  const resolver = new MeshResolver(mesh);

  test('refuses the same', () => {
    const refused = diagnostics.filter(({ refuses }) => refuses);
    const names = refused.map(({ resource }) => `${resource?.kind} ${resource?.name}`);
    expect([...new Set(names)].sort()).toEqual(recording.refused);
  });

  test('says what it does not model', () => {
    const said = diagnostics.filter(({ code }) => code === 'not-modelled').map(({ message }) => message);
    const isSaid = (names: readonly string[]) => said.some((message) => names.some((word) => message.includes(word)));
    expect(found.filter((names) => !isSaid(names))).toEqual([]);
  });

  for (const { workload: caller } of proxies) {
    const workload = mesh.workloads.find((each) => namesOf(each).includes(caller))!;
    const projection = new ProxyProjection(resolver, mesh, workload, recording.proxies[caller]!, {
      localities,
      unready,
    });
    const expected = held(recording, caller, projection.addresses(), (name) => projection.isTcp(name));
    test.each(ASPECTS)(`${caller}: %s`, (aspect) => {
      expect(projection[aspect]()).toEqual(expected[aspect]);
    });
  }
}

/** The recorded clusters have no installation of Istio, and so no gateway that nobody wrote. */
function withoutImplied(mesh: Mesh): Mesh {
  const isWritten = ({ origin }: { readonly origin: Origin }) => origin.generated !== true;
  return { ...mesh, services: mesh.services.filter(isWritten), workloads: mesh.workloads.filter(isWritten) };
}

function namesOf({ namespace, name }: Mesh['workloads'][number]): readonly string[] {
  return namespace === 'default' ? [name] : [`${namespace}/${name}`];
}
