import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const HERE = import.meta.dirname;
/** Real public files, which stay outside the repository. */
const CORPUS = resolve(process.env.DRYMESH_CORPUS ?? join(HERE, '../../../shared/corpus'));

/** The cases by name: folders that hold a `case.json`. */
export function caseNames() {
  const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(HERE, name)).includes('case.json'))
    .sort();
}

export function readCase(name) {
  return JSON.parse(readFileSync(join(HERE, name, 'case.json'), 'utf8'));
}

/** The files that a case is made of, in the order in which a cluster takes them. */
export function inputFiles(name) {
  return readCase(name).files.map((file) =>
    file.startsWith('corpus/') ? join(CORPUS, file.slice('corpus/'.length)) : join(HERE, name, file),
  );
}
