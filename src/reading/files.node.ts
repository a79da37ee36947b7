import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import type { Diagnostics } from '../diagnostics/index.js';
import { compareText } from '../diagnostics/index.js';
import type { SourceText } from './source.js';

export const EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);
/** More than `readDocuments` takes: a bigger file is not even loaded. */
const MAX_FILE_BYTES = 100_000_000;

export interface ReadOptions {
  /** Paths are relative to it, and so are the names shown. */
  readonly base: string;
  /** Reads standard input, for the path `-`. */
  readonly stdin: () => string;
}

/** How files are read. */
export interface Files {
  readSource(path: string, options: ReadOptions, diagnostics: Diagnostics): SourceText | null;
  readSources(paths: readonly string[], options: ReadOptions, diagnostics: Diagnostics): SourceText[];
}

/**
 * The texts of files and folders in the order given; of a folder its .yaml, .yml and .json files, not those in folders
 * below it, by code unit of their names. What cannot be read is reported and left out.
 */
export function readSources(paths: readonly string[], options: ReadOptions, diagnostics: Diagnostics): SourceText[] {
  return paths.flatMap((path) => {
    if (path === '-') return { file: '-', text: options.stdin() };
    return filesOf(path, options, diagnostics).flatMap((file) => readSource(file, options, diagnostics) ?? []);
  });
}

/** One file's text, or null when it cannot be read, which is reported. */
export function readSource(path: string, options: ReadOptions, diagnostics: Diagnostics): SourceText | null {
  const file = shownName(path, options.base);
  try {
    const full = resolve(options.base, path);
    if (statSync(full).size > MAX_FILE_BYTES) {
      refuse(file, 'yaml-too-large', `${file} is larger than ${MAX_FILE_BYTES} bytes`, 'split the file', diagnostics);
      return null;
    }
    const text = readFileSync(full, 'utf8');
    if (!text.includes('\0')) return { file, text };
    refuse(file, 'binary-file', `${file} is not a text file`, 'give YAML or JSON in UTF-8', diagnostics);
  } catch (error) {
    refuse(
      file,
      'unreadable',
      `cannot read ${file}: ${reason(error)}`,
      'check the path and its permissions',
      diagnostics,
    );
  }
  return null;
}

/** Files as they are whenever they are read. */
export const FILES: Files = { readSource, readSources };

function filesOf(path: string, { base }: ReadOptions, diagnostics: Diagnostics): string[] {
  const full = resolve(base, path);
  try {
    if (!statSync(full).isDirectory()) return [path];
    const entries = readdirSync(full, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && EXTENSIONS.has(extname(entry.name)));
    return files.map((entry) => join(path, entry.name)).sort((a, b) => compareText(basename(a), basename(b)));
  } catch (error) {
    const file = shownName(path, base);
    refuse(
      file,
      'unreadable',
      `cannot read ${file}: ${reason(error)}`,
      'check the path and its permissions',
      diagnostics,
    );
    return [];
  }
}

/** Relative to the base folder, with `/` on every machine. */
function shownName(path: string, base: string): string {
  return relative(base, resolve(base, path)).split(sep).join('/') || '.';
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file or folder' : (code ?? String(error));
}

function refuse(file: string, code: string, message: string, help: string, diagnostics: Diagnostics): void {
  const place = { file, line: 1, column: 1 };
  diagnostics.add({ ...place, severity: 'error', refuses: true, code, message, help, resource: null });
}
