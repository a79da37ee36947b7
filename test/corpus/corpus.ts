import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';

/** Real public files, as they are published; they stay outside the repository. */
const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');

/** Runs the tests of `define` if the corpus is there. Without it they are skipped, or fail if everything is required. */
export function withCorpus(define: () => void): void {
  if (existsSync(CORPUS)) define();
  else if (process.env.DRYMESH_REQUIRE_ALL === '1') {
    test('the corpus', () => {
      throw new Error(`there is no corpus at ${CORPUS}`);
    });
  } else test.skip('the corpus is absent', () => {});
}

/** The YAML files below a folder of the corpus, by their path from it, in order. */
export function corpusFiles(folder: string): readonly string[] {
  const found = readdirSync(join(CORPUS, folder), { recursive: true, encoding: 'utf8' });
  const files = found.filter((file) => /\.ya?ml$/.test(file)).map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
  return files.sort();
}

export function corpusText(file: string): string {
  return readFileSync(join(CORPUS, file), 'utf8');
}
