import { Diagnostics } from '../diagnostics/index.js';
import type { Section, SourceText } from '../reading/index.js';
import { quote, readDocuments } from '../reading/index.js';
import type { Assets } from './assets.js';
import { behavioursOf } from './behaviour.js';
import { faultsOf } from './fault.js';
import { required } from './field-readers.js';
import { FIELDS } from './fields.js';
import { graphBehaviours } from './isotope.js';
import { objectivesOf } from './objective.js';
import { networkOf, platformOf } from './platform.js';
import { runOf } from './run.js';
import { sourceNames, trafficOf } from './traffic.js';
import type { Behaviour, Scenario, TrafficSource } from './types.js';

const API_VERSION = 'drymesh.dev/v1';
/** It names a folder of reports, so it holds nothing that leads elsewhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Reads a Scenario, every default filled in and every unit parsed. Everything wrong is reported in one go; null when
 * any of it refuses.
 */
export function loadScenario(source: SourceText, diagnostics: Diagnostics, assets: Assets): Scenario | null {
  const own = new Diagnostics();
  const root = rootOf(source, own);
  const scenario = root && scenarioOf(root, source.file, own, assets);
  diagnostics.addAll(own.sorted());
  return own.refuses ? null : scenario;
}

/** The one document of the file, its findings about the Scenario that it names. */
function rootOf(source: SourceText, diagnostics: Diagnostics): Section | null {
  const [root, second] = readDocuments(source, diagnostics);
  if (root === undefined) {
    if (!diagnostics.refuses) refuseEmpty(source.file, diagnostics);
    return null;
  }
  second?.refuse('several-documents', 'the file holds a second document', 'one file is one Scenario');
  const { name } = (root.raw('metadata') ?? {}) as { name?: unknown };
  return root.about({ kind: 'Scenario', namespace: '', name: typeof name === 'string' ? name : '' });
}

function scenarioOf(root: Section, file: string, diagnostics: Diagnostics, assets: Assets): Scenario | null {
  root.account(FIELDS.document);
  checkWord(root, 'apiVersion', API_VERSION);
  checkWord(root, 'kind', 'Scenario');
  const name = nameOfScenario(root);
  const spec = required(root, 'spec')?.asSection() ?? null;
  if (spec === null) return null;
  spec.account(FIELDS.spec);
  const platform = platformOf(spec.section('platform'));
  const { zones } = platform.nodes;
  const traffic = trafficOf(spec, zones, assets);
  return {
    file,
    name,
    platform,
    manifests: spec.texts('manifests'),
    behaviours: allBehaviours(spec, zones, assets, diagnostics),
    network: networkOf(spec.section('network'), assets),
    traffic,
    faults: faultsOf(spec, zones, assets),
    objectives: objectivesOf(spec.value('objectives'), sourceNames(spec)),
    run: runOf(spec.section('run'), lastReplayMs(traffic)),
  };
}

function nameOfScenario(root: Section): string {
  const metadata = required(root, 'metadata')?.asSection() ?? null;
  metadata?.account(FIELDS.metadata);
  const value = metadata && required(metadata, 'name');
  const name = value?.asText() ?? '';
  if (value && !NAME.test(name)) {
    value.refuse(
      'bad-name',
      `${quote(name)} cannot name a scenario`,
      'write letters, digits, dots and dashes, at most 100',
    );
  }
  return name;
}

function checkWord(root: Section, key: string, wanted: string): void {
  const value = required(root, key);
  const text = value?.asText() ?? wanted;
  if (text !== wanted) value!.refuse('unknown-word', `${key} is ${quote(text)}`, `write '${key}: ${wanted}'`);
}

/** Those that are written, and those of the graph for what is not. */
function allBehaviours(spec: Section, zones: readonly string[], assets: Assets, diagnostics: Diagnostics): Behaviour[] {
  const written = behavioursOf(spec.section('workloads'), zones, assets);
  const graph = spec.value('behaviour');
  if (graph === null) return written;
  const named = new Set(written.map(({ name }) => name));
  return [...written, ...graphBehaviours(graph, assets, diagnostics).filter(({ name }) => !named.has(name))];
}

function lastReplayMs(traffic: readonly TrafficSource[]): number | null {
  const last = traffic.flatMap(({ load }) => (load.kind === 'replay' ? (load.atMs.at(-1) ?? []) : []));
  return last.length === 0 ? null : Math.max(...last);
}

function refuseEmpty(file: string, diagnostics: Diagnostics): void {
  const place = { file, line: 1, column: 1 };
  const help = `begin with 'apiVersion: ${API_VERSION}' and 'kind: Scenario'`;
  const finding = {
    severity: 'error',
    refuses: true,
    code: 'no-scenario',
    message: 'there is no Scenario',
    help,
  } as const;
  diagnostics.add({ ...place, ...finding, resource: null });
}
