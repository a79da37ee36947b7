import { parseDurationMs } from '../../diagnostics/index.js';
import { ISTIO_SETTINGS, type PushSettings } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import type { Resource } from '../resource.js';
import { isBefore, type Version } from './context.js';
import { PUSH_VARIABLES, UNMODELLED_VARIABLES } from './istiod-variables.js';

type Variables = ReadonlyMap<string, Section>;
type Parse<T> = (written: string) => T | null;

/** As Go reads them. Source: Go, strconv.ParseBool. */
const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ '1': true, t: true, T: true, true: true, TRUE: true, True: true },
  ...{ '0': false, f: false, F: false, false: false, FALSE: false, False: false },
};

/**
 * How istiod pushes, by the environment of its Deployment, if that is among the resources. Of several the one without
 * revision counts, else the one applied last. Variables that change what requests meet and are not modelled are reported.
 * Source: Istio 1.31, pilot/pkg/features; manifests/charts/istio-control/istio-discovery, templates/deployment.yaml.
 */
export function istiodPushes(resources: readonly Resource[], istioVersion: Version): PushSettings {
  const istiods = resources.filter(isIstiod);
  const istiod = istiods.find(({ name }) => name === 'istiod') ?? istiods.at(-1);
  if (istiod === undefined) return ISTIO_SETTINGS.pushes;
  const variables = variablesOf(istiod);
  for (const [name, entry] of variables) reportUnmodelled(name, entry, istioVersion);
  const usual = ISTIO_SETTINGS.pushes;
  const [after, max, endpoints, throttle] = PUSH_VARIABLES.map((name) => variables.get(name) ?? null);
  return {
    debounceAfterMs: read(after!, parseDurationMs) ?? usual.debounceAfterMs,
    debounceMaxMs: read(max!, parseDurationMs) ?? usual.debounceMaxMs,
    debouncesEndpoints: read(endpoints!, parseFlag) ?? usual.debouncesEndpoints,
    throttle: read(throttle!, parseCount) || null,
  };
}

function isIstiod({ group, kind, namespace, name }: Resource): boolean {
  const isDeployment = group === 'apps' && kind === 'Deployment' && namespace === 'istio-system';
  return isDeployment && (name === 'istiod' || name.startsWith('istiod-'));
}

/** By name; of two of one name the last one counts, as in Kubernetes. */
function variablesOf({ section }: Resource): Variables {
  const containers = section.section('spec')?.section('template')?.section('spec')?.list('containers') ?? [];
  const entries = containers.filter((each) => each.raw('name') === 'discovery').flatMap((each) => each.list('env'));
  return new Map(entries.map((entry) => [String(entry.raw('name')), entry]));
}

/** Null: not said, or nothing that istiod could read: it then keeps its default. */
function read<T>(entry: Section | null, parse: Parse<T>): T | null {
  if (entry === null) return null;
  if (entry.has('valueFrom')) {
    entry.info('not-modelled', `${entry.raw('name')} has a value from elsewhere`, "write it as 'value'", 'valueFrom');
    return null;
  }
  const written = entry.text('value') ?? '';
  const parsed = written === '' ? null : parse(written);
  if (parsed !== null || written === '') return parsed;
  const what = `istiod cannot read ${quote(written)} as ${entry.raw('name')}, and keeps its default`;
  entry.warning('bad-mesh-config', what, 'write a value that the variable takes', 'value');
  return null;
}

function reportUnmodelled(name: string, entry: Section, istioVersion: Version): void {
  if (!Object.hasOwn(UNMODELLED_VARIABLES, name)) return;
  const usual = UNMODELLED_VARIABLES[name]!;
  const isUsual = (written: string) => {
    const value = typeof usual === 'string' ? usual : isBefore(istioVersion, usual.since) ? usual.before : usual.now;
    return written === '' || written === value || (FLAGS[written] !== undefined && FLAGS[written] === FLAGS[value]);
  };
  const written = entry.raw('value');
  if (!entry.has('valueFrom') && isUsual(String(written ?? ''))) return;
  if (name === 'ENABLE_NATIVE_SIDECARS' && written === 'auto') return;
  const help =
    typeof usual === 'string'
      ? 'the figures are those of its default'
      : 'the figures are those of spec.platform.istioVersion: name a version that behaves so';
  entry.info('not-modelled', `${name} is read but not modelled`, help, 'name');
}

function parseFlag(written: string): boolean | null {
  return Object.hasOwn(FLAGS, written) ? FLAGS[written]! : null;
}

function parseCount(written: string): number | null {
  return /^\d{1,9}$/.test(written) ? Number(written) : null;
}
