import type { Place } from '../diagnostics/index.js';
import { type Difference, differences, type Section } from '../reading/index.js';
import { takeInventory } from './inventory.js';
import { isSilentKind } from './kinds.js';
import { locate } from './locate.js';
import type { Resource } from './resource.js';
import { resourceText } from './without.js';

/** One thing that is written otherwise in one configuration than in another. */
export interface Change {
  /** `VirtualService/default/reviews`, or the path of a file that is no resource. */
  readonly resource: string;
  /** Null: the whole resource came or went. */
  readonly difference: Difference | null;
  /** The whole resource; null: not there. */
  readonly before: unknown;
  readonly after: unknown;
  /** In the new configuration; in the old one where the new one has no more of it. */
  readonly place: Place;
  /** Of all that is new there; the line of `place` where something is gone. */
  readonly lastLine: number;
}

/** In what two lists of documents differ, each as the cluster would hold them; resources that steer no traffic left out. */
export function changedResources(before: readonly Section[], after: readonly Section[]): readonly Change[] {
  const [old, now] = [byName(before), byName(after)];
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names.flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was === undefined || is === undefined) {
      const held = (is ?? was)!;
      const place = held.at('kind');
      const lastLine = is?.lastLine ?? place.line;
      return [{ resource: name, difference: null, before: was?.raw(), after: is?.raw(), place, lastLine }];
    }
    return changedFields(name, was, is);
  });
}

/** The same of two documents that are one resource. */
export function changedFields(resource: string, was: Section, is: Section): readonly Change[] {
  const [before, after] = [was.raw(), is.raw()];
  return differences(before, after).map((difference) => {
    if (difference.after === undefined) {
      const { place } = locate(was, difference.path);
      return { resource, difference, before, after, place, lastLine: place.line };
    }
    const { place, lastLine } = locate(is, difference.path);
    return { resource, difference, before, after, place, lastLine };
  });
}

function byName(documents: readonly Section[]): ReadonlyMap<string, Section> {
  const resources = takeInventory(documents).filter((resource) => !isSilent(resource));
  return new Map(resources.map((resource) => [resourceText(resource), resource.section]));
}

/** Istio's own settings are in a ConfigMap. */
function isSilent({ group, kind, name }: Resource): boolean {
  return isSilentKind(group, kind) && !(kind === 'ConfigMap' && /^istio(?:$|-)/.test(name));
}
