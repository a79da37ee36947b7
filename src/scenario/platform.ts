import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';
import { distributionIn } from './distribution.js';
import { countIn, durationMsIn, numberOf } from './field-readers.js';
import { FIELDS } from './fields.js';
import { proxyCostOf } from './proxy-cost.js';
import type { NetworkSpec, Platform } from './types.js';
import { zoneOf } from './zone.js';

/** The newest release whose behaviour is known in full. */
const NEWEST_ISTIO = [1, 31] as const;
const CORES = { min: 0.001, max: 10_000 };
const PODS = { min: 0, max: 100_000 };
/** A gateway's replicas and CPU limit as Istio's chart sets them. Source: manifests/charts/gateway/values.yaml. */
const GATEWAY = { replicas: 1, cpu: 2 };

/** Reads `spec.platform`, defaults filled in. */
export function platformOf(section: Section | null): Platform {
  section?.account(FIELDS.platform);
  return {
    istioVersion: versionOf(section?.value('istioVersion') ?? null),
    proxyCost: proxyCostOf(section?.value('proxyCost') ?? null),
    nodes: nodesOf(section?.section('nodes') ?? null),
    gateways: gatewaysOf(section?.section('gateways') ?? null),
    endpointDelayMs: section === null ? 1_000 : durationMsIn(section, 'endpointDelay', 1_000),
    nodeLostMs: section === null ? 40_000 : durationMsIn(section, 'nodeLost', 40_000),
  };
}

/** Reads `spec.network`: one way between two pods, by how far they are apart. */
export function networkOf(section: Section | null, assets: Assets): NetworkSpec {
  section?.account(FIELDS.network);
  const between = (key: string, ms: number) => {
    const usual = { kind: 'constant', ms } as const;
    return section === null ? usual : distributionIn(section, key, assets, usual);
  };
  return {
    sameZone: between('sameZone', 0.25),
    crossZone: between('crossZone', 1),
    crossRegion: between('crossRegion', 30),
  };
}

/** A bare 1.30 is a number to YAML, so it is read as it was typed. */
function versionOf(value: Value | null): Platform['istioVersion'] {
  const [, minor] = /^1\.(\d{1,2})(?:\.\d+)?$/.exec(value?.written ?? '') ?? [];
  if (minor !== undefined) return [1, Number(minor)];
  value?.refuse(
    'bad-version',
    `${quote(value.written)} is not a version of Istio`,
    "write it in quotes, such as '1.31'",
  );
  return NEWEST_ISTIO;
}

function nodesOf(section: Section | null): Platform['nodes'] {
  section?.account(FIELDS.nodes);
  const cpu = section?.value('cpu');
  const zones = (section?.values('zones') ?? []).flatMap((zone) => zoneOf(zone) ?? []);
  if (section?.has('zones') && section.values('zones').length === 0) {
    section.refuse('empty-list', 'nodes need a zone', "write at least one, such as 'eu-1/a'", 'zones');
  }
  const unique = [...new Set(zones)];
  if (unique.length < zones.length) section!.refuse('duplicate-name', 'a zone is there twice', 'keep one', 'zones');
  return {
    cpu: (cpu && numberOf(cpu, CORES)) ?? 16,
    zones: unique.length > 0 ? unique : ['region-1/a'],
  };
}

function gatewaysOf(section: Section | null): Platform['gateways'] {
  const gateways = Object.create(null) as Record<string, Platform['gateways'][string]>;
  for (const name of section?.keys() ?? []) {
    const written = section!.value(name)?.asSection() ?? null;
    written?.account(FIELDS.gateway);
    const cpu = written?.value('cpu');
    gateways[name] = {
      place: section!.at(name),
      replicas: written === null ? GATEWAY.replicas : countIn(written, 'replicas', PODS, GATEWAY.replicas),
      cpu: (cpu && numberOf(cpu, CORES)) ?? GATEWAY.cpu,
    };
  }
  return gateways;
}
