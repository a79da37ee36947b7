import type { Section, Value } from '../reading/index.js';
import type { Assets } from './assets.js';
import { callOf } from './call.js';
import { distributionOf } from './distribution.js';
import { countOf, onlyKeyOf, required } from './field-readers.js';
import { FIELDS } from './fields.js';
import { outcomeOf } from './outcome.js';
import type { Step } from './types.js';
import { sharesOf } from './weights.js';

type Reader = (value: Value, assets: Assets) => Step | null;

const READERS: Readonly<Record<keyof typeof FIELDS.step, Reader>> = {
  cpu: (value, assets) => timed('cpu', value, assets),
  wait: (value, assets) => timed('wait', value, assets),
  call: callOf,
  parallel: readParallel,
  choose: readChoose,
  repeat: readRepeat,
  fail: readFail,
};
const KINDS = Object.keys(READERS);
const TIMES = { min: 0, max: 100_000 };

/** Reads a list of steps; what is wrong is reported and left out. */
export function stepsOf(value: Value | null, assets: Assets): Step[] {
  return (value?.asList() ?? []).flatMap((entry) => {
    const section = entry.asSection();
    return (section && stepOf(section, assets)) ?? [];
  });
}

function stepOf(section: Section, assets: Assets): Step | null {
  section.account(FIELDS.step);
  const kind = onlyKeyOf(section, KINDS, 'a step');
  return kind === null ? null : READERS[kind as keyof typeof READERS](section.value(kind)!, assets);
}

function timed(kind: 'cpu' | 'wait', value: Value, assets: Assets): Step | null {
  const time = distributionOf(value, assets);
  return time && { kind, place: value.place, time };
}

/** Each branch is a step, or several as `{steps: [...]}`. */
function readParallel(value: Value, assets: Assets): Step {
  const branches = value.asList().flatMap((entry) => {
    const section = entry.asSection();
    if (section === null) return [];
    if (!section.has('steps')) return [[stepOf(section, assets) ?? []].flat()];
    section.account({ steps: 'modelled' });
    return [stepsOf(section.value('steps'), assets)];
  });
  return { kind: 'parallel', place: value.place, branches };
}

function readChoose(value: Value, assets: Assets): Step | null {
  const sections = value.asList().flatMap((entry) => entry.asSection() ?? []);
  if (sections.length === 0) {
    value.refuse('empty-list', "'choose' has nothing to choose from", 'list entries of {weight, steps}');
    return null;
  }
  const shares = sharesOf(sections, value);
  const options = sections.map((section, i) => {
    section.account(FIELDS.option);
    return { share: shares[i]!, steps: stepsOf(section.value('steps'), assets) };
  });
  return { kind: 'choose', place: value.place, options };
}

function readRepeat(value: Value, assets: Assets): Step | null {
  const section = value.asSection();
  section?.account(FIELDS.repeat);
  const written = section && required(section, 'times');
  const times = written && countOf(written, TIMES);
  if (section === null || times === null) return null;
  return { kind: 'repeat', place: value.place, times, steps: stepsOf(required(section, 'steps'), assets) };
}

function readFail(value: Value): Step | null {
  const outcome = outcomeOf(value);
  return outcome && { kind: 'fail', place: value.place, outcome };
}
