import type { Labels } from '../../../mesh/index.js';
import type { Section } from '../../../reading/index.js';
import type { Resource } from '../../resource.js';
import { labels, section } from '../read.js';

/** Labels and annotations of an object, and where the labels stand. */
export interface WrittenLabels {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Null: there are none. */
  readonly at: Section | null;
}

/** By name. */
export type Namespaces = ReadonlyMap<string, WrittenLabels>;

export function namespacesOf(resources: readonly Resource[]): Namespaces {
  const found = resources.filter(({ group, kind }) => group === '' && kind === 'Namespace');
  return new Map(found.map((resource) => [resource.name, labelsOf(resource.section)]));
}

export function labelsOf(root: Section): WrittenLabels {
  const metadata = section(root, 'metadata');
  return {
    labels: labels(metadata, 'labels'),
    annotations: labels(metadata, 'annotations'),
    at: section(metadata, 'labels'),
  };
}
