import type { Section, Value } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';
import { BARE_CALL } from './call.js';
import { durationMsOf, numberOf, required } from './field-readers.js';
import { graphBytesOf } from './isotope-values.js';
import { parseTarget } from './target.js';
import type { CallFailure, CallStep, Step } from './types.js';

const PORT = 8080;
/** Whatever is not 200 fails the caller. Source: istio/tools at 0f2e902f, isotope/service/pkg/srv/executable.go. */
const NOT_200: readonly CallFailure[] = Array.from({ length: 500 }, (_, i) => i + 100)
  .filter((status) => status !== 200)
  .map((status) => ({ kind: 'status', status }));

export interface ScriptRules {
  /** Names that can be called. */
  readonly services: ReadonlySet<string>;
  /** Of calls that give none. */
  readonly requestBytes: number;
}

/** Reads a `script`: steps in sequence, each a sleep, a call, or a list of those which run at once. */
export function scriptOf(value: Value, rules: ScriptRules): Step[] {
  return value.asList().flatMap((entry) => {
    if (entry.kind !== 'list') return commandOf(entry, rules) ?? [];
    const branches = entry.asList().flatMap((inner) => {
      if (inner.kind !== 'list') return [[commandOf(inner, rules) ?? []].flat()];
      inner.refuse(
        'bad-step',
        'a list inside a list cannot be nested further',
        'give the inner list a service of its own',
      );
      return [];
    });
    return { kind: 'parallel', place: entry.place, branches };
  });
}

function commandOf(entry: Value, rules: ScriptRules): Step | null {
  const section = entry.asSection();
  if (section === null) return null;
  const [name, more] = section.keys();
  if (more !== undefined || (name !== 'sleep' && name !== 'call')) {
    section.refuse(
      'bad-step',
      `a step is a sleep or a call, not ${quote(section.keys().join(', '))}`,
      'write one of them',
    );
    return null;
  }
  const value = required(section, name);
  if (value === null) return null;
  return name === 'sleep' ? sleepOf(value) : callOf(value, rules);
}

function sleepOf(value: Value): Step | null {
  const ms = durationMsOf(value);
  return ms === null ? null : { kind: 'wait', place: value.place, time: { kind: 'constant', ms } };
}

function callOf(value: Value, rules: ScriptRules): Step | null {
  const section = value.kind === 'mapping' ? value.asSection() : null;
  const service = section === null ? value.asText() : section.text('service');
  if (service === null || !rules.services.has(service)) {
    const help = suggestion(service ?? '', [...rules.services]);
    value.refuse('unknown-name', `there is no service ${quote(service ?? '')}`, help);
    return null;
  }
  const call = callTo(value, service, section, rules);
  return call && withProbability(call, section);
}

function callTo(value: Value, service: string, section: Section | null, rules: ScriptRules): CallStep | null {
  const url = `http://${section?.text('hostname') ?? `${service}:${PORT}`}/`;
  const to = parseTarget(url);
  if (typeof to === 'string') {
    value.refuse('bad-url', `${quote(url)} is not a URL that can be called`, to);
    return null;
  }
  const sizeBytes = graphBytesOf(section?.value('size') ?? null, rules.requestBytes);
  const headers = section === null ? {} : lowerCase(section.labels('extra-header'));
  return { ...BARE_CALL, place: value.place, to, method: 'GET', sizeBytes, headers, failOn: NOT_200 };
}

/** 1..100 per cent; 0 or absent: always. */
function withProbability(call: CallStep, section: Section | null): Step {
  const written = section?.value('probability') ?? null;
  const percent = (written && numberOf(written, { min: 0, max: 100 })) || 100;
  if (percent === 100) return call;
  const share = percent / 100;
  const options = [
    { share, steps: [call] },
    { share: 1 - share, steps: [] },
  ];
  return { kind: 'choose', place: call.place, options };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value;
  return lower;
}
