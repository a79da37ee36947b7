import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** The program as it is shipped, for tests that need a process of its own. Returns where its `main.js` will be. */
export function builtProgram(): () => string {
  const folder = builtFolder({ src: 'dist' });
  return () => join(folder(), 'dist/cli/main.js');
}

/** The bench that plays cases with real Envoys. Returns the folder where its modules will be. */
export function builtHarness(): () => string {
  const folder = builtFolder({ src: 'src', 'validation/harness': 'validation/harness' });
  return () => join(folder(), 'validation/harness');
}

/** `parts`: folders of sources, and where they go to. */
function builtFolder(parts: Readonly<Record<string, string>>): () => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'drymesh-built-'));
    for (const [from, to] of Object.entries(parts)) compile(join(ROOT, from), join(folder, to));
    for (const file of ['package.json', 'schema']) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Types are checked elsewhere: here they are taken away, file by file. */
function compile(from: string, to: string): void {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const target = join(to, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(readFileSync(join(from, file), 'utf8'), { compilerOptions }).outputText);
  }
}
