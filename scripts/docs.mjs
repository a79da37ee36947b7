// Writes the documents that are generated: `npm run docs`. With --check it writes nothing, and fails if one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { performanceDocs } from './performance-docs.mjs';
import { programOutput } from './program-output.mjs';
import { scenarioDocs } from './scenario-docs.mjs';
import { validationChart, validationDocs } from './validation-docs.mjs';

const GENERATED = [
  { file: 'docs/scenario.md', render: () => scenarioDocs(schemaOf('scenario')) },
  { file: 'docs/validation.md', render: validationDocs },
  { file: 'docs/validation.svg', render: validationChart },
  { file: 'docs/performance.md', render: performanceDocs },
  { file: 'README.md', render: programOutput },
  { file: 'docs/guides/pull-requests.md', render: programOutput },
  { file: 'docs/guides/sweep.md', render: programOutput },
];
const check = process.argv.includes('--check');

for (const { file, render } of GENERATED) {
  const path = new URL(`../${file}`, import.meta.url);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const text = await render(before);
  if (text === before) continue;
  if (!check) writeFileSync(path, text);
  else {
    console.error(`${file} is stale: run 'npm run docs'`);
    process.exitCode = 1;
  }
}

function schemaOf(name) {
  return JSON.parse(readFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'));
}
