import type { Diagnostics, Place, ResourceName } from '../diagnostics/index.js';
import { type Section, suggestion } from '../reading/index.js';
import { identityOf, unfoldList } from './inventory.js';

/** The documents without these resources (`Kind/namespace/name`), as after `kubectl delete`. Reports what is not there. */
export function withoutResources(
  documents: readonly Section[],
  names: readonly string[],
  diagnostics: Diagnostics,
): readonly Section[] {
  if (names.length === 0) return documents;
  const resources = documents
    .flatMap(unfoldList)
    .map((section) => ({ section, name: resourceText(identityOf(section)) }));
  const known = [...new Set(resources.map(({ name }) => name))];
  names.forEach((name, index) => {
    if (!known.includes(name))
      reportUnknown(name, { file: '--without', line: index + 1, column: 1 }, known, diagnostics);
  });
  return resources.filter(({ name }) => !names.includes(name)).map(({ section }) => section);
}

/** `VirtualService/default/reviews`; a Namespace has none: `Namespace//shop`. */
export function resourceText({ kind, namespace, name }: ResourceName): string {
  return `${kind}/${namespace}/${name}`;
}

function reportUnknown(name: string, place: Place, known: readonly string[], diagnostics: Diagnostics): void {
  diagnostics.add({
    ...place,
    code: 'bad-setting',
    severity: 'error',
    refuses: true,
    message: `there is no ${name} to leave out`,
    help: suggestion(name, known),
    resource: null,
  });
}
