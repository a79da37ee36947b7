import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/index.js';
import { type Mesh, MeshResolver, type Origin, type Workload } from '../../../src/mesh/index.js';
// @ts-expect-error: a script without types
import * as cases from '../../../validation/istiod/cases.mjs';
import { loadFiles, OPTIONS } from '../../manifests/support.js';
import { readModelled } from './left-out.js';
import { type Localities, ProxyProjection } from './project-proxy.js';
import type { Recording, SentProxy } from './recording.js';

const RECORDINGS = resolve(import.meta.dirname, '../../../validation/istiod');

interface CaseFile {
  readonly proxies: readonly { readonly workload: string; readonly type?: string }[];
  readonly istioVersion?: readonly [number, number];
  readonly localities?: Localities;
  /** Workloads whose pods are not ready. */
  readonly unready?: readonly string[];
}

/** What a real istiod sent to the proxies of a mesh, beside the mesh as Drymesh reads it. */
export interface RecordedCase {
  readonly name: string;
  readonly recording: Recording;
  /** What the recording has and Drymesh does not model: for each thing, words of which a diagnostic has one. */
  readonly unmodelled: readonly (readonly string[])[];
  readonly mesh: Mesh;
  readonly diagnostics: readonly Diagnostic[];
  readonly localities: Localities;
  readonly proxies: readonly RecordedProxy[];
}

export interface RecordedProxy {
  /** As the recording names it. */
  readonly caller: string;
  readonly workload: Workload;
  readonly sent: SentProxy;
  readonly projection: ProxyProjection;
}

/** A `describe` for each recorded case that has a proxy of a wanted type; without the corpus some are skipped. */
export function describeRecorded(compare: (recorded: RecordedCase) => void, wants = (_type?: string) => true): void {
  for (const name of cases.caseNames() as string[]) {
    if (!(cases.readCase(name) as CaseFile).proxies.some(({ type }) => wants(type))) continue;
    const files = cases.inputFiles(name) as string[];
    if (files.every((file) => existsSync(file)))
      describe(`as a real istiod: ${name}`, () => compare(readRecorded(name, files)));
    else if (process.env.DRYMESH_REQUIRE_ALL === '1') {
      test(name, () => {
        throw new Error(`there are no ${files.join(', ')}`);
      });
    } else test.skip(`${name}: the corpus is absent`, () => {});
  }
}

function readRecorded(name: string, files: readonly string[]): RecordedCase {
  const { proxies, istioVersion = [1, 31], localities = {}, unready = [] } = cases.readCase(name) as CaseFile;
  const { recording, found } = readModelled<Recording>(readFileSync(join(RECORDINGS, name, 'istiod.json'), 'utf8'));
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const { mesh: all, diagnostics } = loadFiles(texts, { ...OPTIONS, istioVersion });
  const mesh = withoutImplied(all);
  const resolver = new MeshResolver(mesh);
  return {
    name,
    recording,
    unmodelled: found,
    mesh,
    diagnostics,
    localities,
    proxies: proxies.map(({ workload: caller }) => {
      const workload = mesh.workloads.find((each) => namesOf(each).includes(caller))!;
      const sent = recording.proxies[caller]!;
      const projection = new ProxyProjection(resolver, mesh, workload, sent, { localities, unready });
      return { caller, workload, sent, projection };
    }),
  };
}

/** The recorded clusters have no installation of Istio, and so no gateway that nobody wrote. */
function withoutImplied(mesh: Mesh): Mesh {
  const isWritten = ({ origin }: { readonly origin: Origin }) => origin.generated !== true;
  return { ...mesh, services: mesh.services.filter(isWritten), workloads: mesh.workloads.filter(isWritten) };
}

function namesOf({ namespace, name }: Workload): readonly string[] {
  return namespace === 'default' ? [name] : [`${namespace}/${name}`];
}
