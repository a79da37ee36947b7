import type { Accounting, Section } from '../../reading/index.js';
import type { Context, Version } from './context.js';
import { isBefore } from './context.js';

/** A field and the Istio version that brought it. */
export type Newcomers = Readonly<Record<string, Version>>;

/**
 * Reports the fields of `section` that nobody knows, that are not modelled, and that the mesh's Istio is too old for:
 * such an istiod never sees them. Returns whether a field may be used.
 */
export function account(
  section: Section | null,
  fields: Readonly<Record<string, Accounting>>,
  context: Context,
  newcomers: Newcomers = {},
): (key: string) => boolean {
  section?.account(fields, context.unknownFields);
  const tooNew = Object.entries(newcomers).filter(([, since]) => isBefore(context.istioVersion, since));
  for (const [key, since] of tooNew) if (section?.has(key)) reportTooNew(section, key, since, context.istioVersion);
  return (key) => !tooNew.some(([name]) => name === key);
}

function reportTooNew(section: Section, key: string, since: Version, version: Version): void {
  const what = `${section.path}.${key} came with Istio ${since.join('.')}: Istio ${version.join('.')} ignores it`;
  section.warning('field-too-new', what, 'leave it out, or raise spec.platform.istioVersion', key);
}
