import type { Section, Value } from '../reading/index.js';
import type { Assets } from './assets.js';
import { distributionOf } from './distribution.js';
import { countOf, durationMsIn, durationMsOf, nameOf, onlyKeyOf, required, shareOf, wordIn } from './field-readers.js';
import { FIELDS } from './fields.js';
import { outcomeOf } from './outcome.js';
import type { Fault, FaultAction, PodCount } from './types.js';
import { knownZoneOf } from './zone.js';

interface Surroundings {
  readonly fault: Section;
  readonly zones: readonly string[];
  readonly assets: Assets;
}

type Reader = (value: Value, surroundings: Surroundings) => FaultAction | null;

const READERS: Readonly<Record<string, Reader>> = {
  crash: (value) => podsAction('crash', value),
  slow: readSlow,
  errors: readErrors,
  cpu: readCpu,
  partition: readPartition,
  zone: readZone,
  drain: (value) => podsAction('drain', value),
  push: readPush,
  certificate: readCertificate,
};
const KINDS = Object.keys(READERS);
const PODS = { min: 1, max: 1_000_000 };

/** Reads `spec.faults`, in file order; `zones` are those of the nodes. */
export function faultsOf(spec: Section, zones: readonly string[], assets: Assets): Fault[] {
  return spec.list('faults').flatMap((section) => {
    section.account(FIELDS.fault);
    const at = required(section, 'at');
    const atMs = at && durationMsOf(at);
    const forMs = durationMsIn(section, 'for', Infinity); // absent: to the end
    const kind = onlyKeyOf(section, KINDS, 'a fault');
    if (kind !== 'zone' && section.has('how')) {
      section.refuse('unknown-field', "'how' belongs to zone faults alone", 'leave it out', 'how');
    }
    const action = kind === null ? null : READERS[kind]!(section.value(kind)!, { fault: section, zones, assets });
    if (atMs === null || action === null) return [];
    return { place: section.at(), atMs, forMs, action, label: labelOf(action) };
  });
}

function podsAction(kind: 'crash' | 'drain', value: Value): FaultAction | null {
  const section = opened(value, FIELDS.crash);
  const workload = section && nameOf(required(section, 'workload'));
  const pods = section && podsOf(section.value('pods'));
  return workload === null || pods === null ? null : { kind, workload, pods };
}

/** `N`, `50%` or `all`, which it is when it is not written. */
function podsOf(value: Value | null): PodCount | null {
  if (value === null || value.written === 'all') return { kind: 'share', share: 1 };
  if (value.written.endsWith('%')) {
    const share = shareOf(value);
    return share === null ? null : { kind: 'share', share };
  }
  const count = countOf(value, PODS);
  return count === null ? null : { kind: 'count', count };
}

/** `{workload, by}` holds its workers longer; `{from, to, by}` slows the network one way. */
function readSlow(value: Value, { assets }: Surroundings): FaultAction | null {
  const section = opened(value, FIELDS.slow);
  const written = section && required(section, 'by');
  const by = written && distributionOf(written, assets);
  if (section === null || onlyKeyOf(section, ['workload', 'from'], "'slow'") === null) return null;
  if (section.has('workload')) {
    if (section.has('to')) section.refuse('one-of', "'to' goes with 'from'", "leave out 'workload' or 'to'", 'to');
    const workload = nameOf(section.value('workload'));
    return workload === null || by === null ? null : { kind: 'slow-workload', workload, by };
  }
  const [from, to] = [nameOf(section.value('from')), nameOf(required(section, 'to'))];
  return from === null || to === null || by === null ? null : { kind: 'slow-network', from, to, by };
}

function readErrors(value: Value): FaultAction | null {
  const section = opened(value, FIELDS.errors);
  if (section === null) return null;
  const workload = nameOf(required(section, 'workload'));
  const [status, share] = [required(section, 'status'), required(section, 'share')];
  const [outcome, ratio] = [status && outcomeOf(status), share && shareOf(share)];
  return workload === null || outcome === null || ratio === null
    ? null
    : { kind: 'errors', workload, outcome, share: ratio };
}

function readCpu(value: Value): FaultAction | null {
  const section = opened(value, FIELDS.cpu);
  if (section === null) return null;
  const workload = nameOf(required(section, 'workload'));
  const to = required(section, 'to');
  const factor = to && shareOf(to);
  if (factor === 0) section.refuse('out-of-range', 'at 0% nothing ever ends', 'write more than 0%, or a crash', 'to');
  return workload === null || !factor ? null : { kind: 'cpu', workload, factor };
}

function readPartition(value: Value): FaultAction | null {
  const section = opened(value, FIELDS.partition);
  const between = section && required(section, 'between');
  if (section === null || between === null) return null;
  const [a, b, more] = section.texts('between');
  if (a !== undefined && b !== undefined && more === undefined && a !== b) return { kind: 'partition', a, b };
  section.refuse(
    'bad-fault',
    'a partition is between two different names',
    'write [productpage-v1, details-v1]',
    'between',
  );
  return null;
}

function readZone(value: Value, { fault, zones }: Surroundings): FaultAction | null {
  const zone = knownZoneOf(value, zones);
  return zone === null ? null : { kind: 'zone', zone, how: wordIn(fault, 'how', ['lost', 'crash'], 'lost') };
}

/** `{delay}`: istiod is so much slower; `{manifests}`: what is applied then. */
function readPush(value: Value): FaultAction | null {
  const section = opened(value, FIELDS.push);
  const kind = section && onlyKeyOf(section, ['delay', 'manifests'], "'push'");
  if (section === null || kind === null) return null;
  const written = section.value(kind)!;
  if (kind === 'delay') {
    const delayMs = durationMsOf(written);
    return delayMs === null ? null : { kind: 'push-delay', delayMs };
  }
  const path = written.asText();
  return path === null ? null : { kind: 'push', path, place: written.place };
}

/** There is one thing that can befall a certificate. */
function readCertificate(value: Value): FaultAction | null {
  const section = opened(value, FIELDS.certificate);
  if (section === null) return null;
  const workload = nameOf(required(section, 'workload'));
  if (section.flag('expired') === false) {
    section.refuse(
      'bad-fault',
      'a certificate that has not expired breaks nothing',
      "write 'expired: true'",
      'expired',
    );
  }
  return workload === null ? null : { kind: 'certificate', workload };
}

function opened(value: Value, fields: Parameters<Section['account']>[0]): Section | null {
  const section = value.asSection();
  section?.account(fields);
  return section;
}

function labelOf(action: FaultAction): string {
  switch (action.kind) {
    case 'slow-network':
      return `slow ${action.from} -> ${action.to}`;
    case 'slow-workload':
      return `slow ${action.workload}`;
    case 'partition':
      return `partition ${action.a} | ${action.b}`;
    case 'zone':
      return `zone ${action.zone} ${action.how === 'lost' ? 'lost' : 'crashed'}`;
    case 'push-delay':
      return 'slow pushes';
    case 'push':
      return `push ${action.path}`;
    case 'not-modelled':
      return action.name;
    default:
      return `${action.kind} ${action.workload}`;
  }
}
