import { RE2JS } from 're2js';
import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';
import { bytesIn, onlyKeyOf, shareOf } from './field-readers.js';
import { FIELDS } from './fields.js';
import { methodIn } from './headers.js';
import { outcomeOf, parseOutcome } from './outcome.js';
import { stepsOf } from './step.js';
import type { Endpoint, EndpointMatch, Step } from './types.js';

/** A request that takes more steps than this hangs the run, whatever else it does. */
const MAX_STEPS = 100_000;
const OK = { kind: 'http', status: 200 } as const;
/** Sums of decimal fractions overshoot by rounding. */
const ROUNDING = 1e-9;

export function endpointOf(section: Section, assets: Assets): Endpoint {
  section.account(FIELDS.endpoint);
  const steps = stepsOf(section.value('steps'), assets);
  if (unfolded(steps) > MAX_STEPS) {
    const help = 'repeat fewer times, or less deep';
    section.refuse('too-many-steps', `a request takes more than ${MAX_STEPS} steps here`, help, 'steps');
  }
  const respond = section.section('respond');
  respond?.account(FIELDS.respond);
  const status = respond?.value('status');
  return {
    place: section.at(),
    match: matchOf(section.section('match')),
    steps,
    status: (status && outcomeOf(status)) ?? OK,
    sizeBytes: respond === null ? 0 : bytesIn(respond, 'size', 0),
    errors: errorsOf(respond),
    everyNthFails: null,
  };
}

function matchOf(section: Section | null): EndpointMatch | null {
  if (section === null) return null;
  section.account(FIELDS.match);
  const path = section.value('path');
  return { method: section.has('method') ? methodIn(section, undefined) : null, path: path && pathOf(path) };
}

function pathOf(value: Value): EndpointMatch['path'] {
  if (value.kind !== 'mapping') return { kind: 'exact', value: value.asText() ?? '' };
  const section = value.asSection()!;
  section.account(FIELDS.path);
  const kind = onlyKeyOf(section, Object.keys(FIELDS.path), 'a path') as 'exact' | 'prefix' | 'regex' | null;
  const text = kind && section.text(kind);
  if (kind === null || text === null) return null;
  if (kind === 'regex') checkRegex(section, text);
  return { kind, value: text };
}

/** The whole path must match; the dialect is Envoy's, RE2. */
function checkRegex(section: Section, regex: string): void {
  try {
    RE2JS.compile(regex);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    section.refuse(
      'bad-regex',
      `${quote(regex)} is not RE2: ${reason}`,
      'leave out back-references and look-around',
      'regex',
    );
  }
}

function errorsOf(respond: Section | null): Endpoint['errors'] {
  const section = respond?.section('errors') ?? null;
  const errors = (section?.keys() ?? []).flatMap((name) => {
    const value = section!.value(name);
    const share = value && shareOf(value);
    const outcome = parseOutcome(name);
    if (outcome === null) {
      section!.refuse('bad-status', `${quote(name)} is not a status`, 'write one such as 503 or UNAVAILABLE', name);
    }
    return outcome === null || share === null ? [] : { outcome, share };
  });
  if (errors.reduce((sum, { share }) => sum + share, 0) > 1 + ROUNDING) {
    respond!.refuse('out-of-range', 'the errors are more than 100% together', 'lower their shares', 'errors');
  }
  return errors;
}

/** The most steps that one request can take, repeats counted in full. */
function unfolded(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if (step.kind === 'repeat') return sum + 1 + step.times * unfolded(step.steps);
    if (step.kind === 'parallel') return sum + 1 + step.branches.reduce((all, branch) => all + unfolded(branch), 0);
    if (step.kind === 'choose') return sum + 1 + Math.max(...step.options.map((option) => unfolded(option.steps)));
    return sum + 1 + (step.kind === 'call' ? step.retries : 0);
  }, 0);
}
