import type { Place } from '../diagnostics/index.js';
import type { PathStep, Value } from '../reading/index.js';
import { joinPath, Section } from '../reading/index.js';

/** A place that findings can be reported at. */
export type Spot = Pick<Value, 'place' | 'lastLine' | 'refuse' | 'error' | 'warning' | 'info'>;

/** The node that `steps` lead to from `root`, or the deepest one on the way that is written. */
export function locate(root: Section, steps: readonly PathStep[]): Spot {
  let spot: Spot = sectionSpot(root, undefined);
  let at: Section | readonly Value[] | null = root;
  for (const step of steps) {
    const found: Value | Spot | null = stepInto(at, step);
    if (found === null) return spot;
    spot = found;
    at = 'kind' in found ? inside(found) : null;
  }
  return spot;
}

/** Where what `steps` lead to stands; null: nothing is written there. */
export function placeIn(root: Section, steps: readonly PathStep[]): Place | null {
  let at: Section | readonly Value[] | null = root;
  let found: Value | Spot | null = null;
  for (const step of steps) {
    found = stepInto(at, step);
    if (found === null) return null;
    at = 'kind' in found ? inside(found) : null;
  }
  return found?.place ?? root.at();
}

/** Reads a path that `joinPath` has written below another one. */
export function pathOf(path: string, steps: readonly PathStep[]): string {
  return steps.reduce(joinPath, path);
}

function stepInto(at: Section | readonly Value[] | null, step: PathStep): Value | Spot | null {
  if (at === null) return null;
  if (!(at instanceof Section)) return at[Number(step)] ?? null;
  const key = String(step);
  return at.value(key) ?? (at.keys().includes(key) ? sectionSpot(at, key) : null);
}

function inside(value: Value): Section | readonly Value[] | null {
  if (value.kind === 'mapping') return value.asSection();
  return value.kind === 'list' ? value.asList() : null;
}

/** The section itself, or a key of it with nothing behind it. */
function sectionSpot(section: Section, key: string | undefined): Spot {
  return {
    place: section.at(key),
    lastLine: key === undefined ? section.lastLine : section.at(key).line,
    refuse: (code, message, help) => section.refuse(code, message, help, key),
    error: (code, message, help) => section.error(code, message, help, key),
    warning: (code, message, help) => section.warning(code, message, help, key),
    info: (code, message, help) => section.info(code, message, help, key),
  };
}
