import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';
import { distributionIn } from './distribution.js';
import { countOf, durationMsOf, onlyKeyOf, ratePerSecondOf, required } from './field-readers.js';
import { FIELDS } from './fields.js';
import { replayOf } from './replay.js';
import type { Load, RateStage, RequestSpec, UserStage } from './types.js';

const USERS = { min: 0, max: 1_000_000 };

/** Reads the one of `rate`, `stages`, `closed`, `replay` that says how much a source sends. */
export function loadOf(section: Section, requests: readonly RequestSpec[], assets: Assets): Load | null {
  const kind = onlyKeyOf(section, ['rate', 'stages', 'closed', 'replay'], 'traffic');
  if (kind === null) return null;
  const value = section.value(kind)!;
  if (kind === 'replay') return replayOf(value, requests, assets);
  if (kind === 'closed') return closedOf(value, assets);
  return kind === 'rate' ? steadyOf(value) : openOf(value);
}

function steadyOf(value: Value): Load | null {
  const rate = ratePerSecondOf(value);
  return rate === null ? null : openLoad([{ durationMs: Infinity, fromPerSecond: rate, toPerSecond: rate }]);
}

function openOf(value: Value): Load | null {
  const stages = stageSections(value).map((section): RateStage | null => {
    section.account(FIELDS.rateStage);
    const durationMs = stageDurationMs(section);
    const rate = required(section, 'rate');
    const [from, to] = rate === null ? [null, null] : rampOf(rate).map((text) => ratePerSecondOf(rate, text));
    return durationMs === null || from == null || to == null
      ? null
      : { durationMs, fromPerSecond: from, toPerSecond: to };
  });
  return complete(stages) ? openLoad(stages) : null;
}

function openLoad(stages: readonly RateStage[]): Load {
  return { kind: 'open', stages };
}

function closedOf(value: Value, assets: Assets): Load | null {
  const section = value.asSection();
  section?.account(FIELDS.closed);
  if (section === null) return null;
  const stages = closedStagesOf(section);
  const think = distributionIn(section, 'think', assets, { kind: 'constant', ms: 0 } as const);
  const lockstep = section.flag('lockstep') ?? false;
  return stages && { kind: 'closed', stages, think, lockstep };
}

function closedStagesOf(section: Section): UserStage[] | null {
  const kind = onlyKeyOf(section, ['users', 'stages'], "'closed'");
  if (kind === null) return null;
  const value = section.value(kind)!;
  if (kind === 'users') {
    const users = countOf(value, { ...USERS, min: 1 });
    return users === null ? null : [{ durationMs: Infinity, fromUsers: users, toUsers: users }];
  }
  const stages = stageSections(value).map(userStageOf);
  return complete(stages) ? stages : null;
}

function userStageOf(section: Section): UserStage | null {
  section.account(FIELDS.userStage);
  const durationMs = stageDurationMs(section);
  const users = required(section, 'users');
  const [from, to] = users === null ? [null, null] : rampOf(users).map((text) => usersOf(users, text));
  return durationMs === null || from == null || to == null ? null : { durationMs, fromUsers: from, toUsers: to };
}

/** The list's entries; a list without any is reported. */
function stageSections(value: Value): Section[] {
  const entries = value.asList();
  if (value.kind === 'list' && entries.length === 0) {
    value.refuse('empty-list', 'there is no stage', "list at least one '{for: 1m, ...}'");
  }
  return entries.flatMap((entry) => entry.asSection() ?? []);
}

function stageDurationMs(section: Section): number | null {
  const value = required(section, 'for');
  return value && durationMsOf(value);
}

/** The two ends of `100/s -> 400/s`; of `100/s`, twice the same. */
function rampOf(value: Value): readonly [string, string] {
  const [from, to, more] = value.written.split('->').map((end) => end.trim());
  return more === undefined ? [from!, to ?? from!] : [value.written, value.written];
}

function usersOf(value: Value, text: string): number | null {
  const users = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (users <= USERS.max) return users;
  value.refuse('bad-users', `${quote(value.written)} is not a number of users`, "write one such as 50, or '50 -> 200'");
  return null;
}

function complete<T>(stages: readonly (T | null)[]): stages is readonly T[] & T[] {
  return stages.length > 0 && !stages.includes(null);
}
