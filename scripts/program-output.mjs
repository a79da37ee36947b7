import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './project.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLACE = /(<!-- output: (.*) -->\n```text\n)[\s\S]*?(```\n)/g;
/** Of a report's sections, those that show what it is about. */
const SHOWN = [
  'Objectives',
  'Traffic',
  'Where the time goes',
  'Varied',
  'Points',
  'How the figures move',
  'Pareto front',
  'Changes',
  'Figures',
  'Why',
];

/** A document with what the program prints, excerpts of it, at each `<!-- output: ARGUMENTS -->`. */
export function programOutput(document) {
  build();
  return document.replace(PLACE, (_, before, args, after) => {
    const [head, ...sections] = outputOf(args.split(' ')).split('\n\n');
    const shown = sections.filter((section, i) => i === 0 || SHOWN.some((title) => section.startsWith(title)));
    return `${before}$ drymesh ${args}\n${[head, ...shown].map((part) => part.trimEnd()).join('\n\n')}\n${after}`;
  });
}

function outputOf(args) {
  const folder = mkdtempSync(join(tmpdir(), 'drymesh-docs-'));
  try {
    const command = ['dist/cli/main.js', ...args, '--out', folder];
    const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
    if (status > 1) throw new Error(`drymesh ${args.join(' ')} failed:\n${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
