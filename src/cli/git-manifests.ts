import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { compareText } from '../diagnostics/index.js';
import { EXTENSIONS, type ReadOptions } from '../reading/files.node.js';
import type { SourceText } from '../reading/index.js';
import type { ManifestReader } from '../world/load.node.js';
import { UsageError } from './usage.js';

/** As for files: more is not read. */
const MAX_BYTES = 100_000_000;
/** Mode of a symbolic link. */
const LINK = '120000';

/**
 * Reads manifests as they were at a commit, branch or tag of the repository that each of them lies in. What was not there
 * yet is nothing. Files go by `REF:name`. Throws UsageError where there is no git, no repository or no such commit.
 */
export function manifestsAt(ref: string): ManifestReader {
  return (paths, options) => paths.flatMap((path) => sourcesAt(ref, path, options));
}

function sourcesAt(ref: string, path: string, { base }: ReadOptions): SourceText[] {
  if (path === '-')
    throw new UsageError('--git: standard input has no history; name files or folders in spec.manifests');
  const full = resolve(base, path);
  const folder = existingFolder(full);
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (commit === undefined) throw refusal(ref, folder);
  const within = relative(folder, full).split(sep).join('/');
  const files = filesAt(folder, commit, within);
  return files.map((name) => {
    const text = git(folder, ['show', `${commit}:./${name}`]);
    if (text === undefined) throw new UsageError(`--git: cannot read ${name} of ${ref}`);
    return { file: `${ref}:${relative(base, resolve(folder, name)).split(sep).join('/')}`, text };
  });
}

/** Those that `run` would read: one file, or those in the folder, not below it. Names are relative to `folder`. */
function filesAt(folder: string, commit: string, within: string): readonly string[] {
  const listed = git(folder, ['ls-tree', '-z', commit, '--', within === '' ? './' : `./${within}`, `./${within}/`]);
  const entries = (listed ?? '').split('\0').flatMap((entry) => {
    const [, mode, name] = /^(\d+) blob [0-9a-f]+\t(.+)$/s.exec(entry) ?? [];
    if (mode === LINK) throw new UsageError(`--git: ${name} was a symbolic link; name what it leads to`);
    return name === undefined ? [] : [name];
  });
  if (entries.length === 1 && entries[0] === within) return entries;
  const own = entries.filter((name) => EXTENSIONS.has(extname(name)) && dirname(name) === (within || '.'));
  return own.sort((a, b) => compareText(basename(a), basename(b)));
}

/** The nearest folder that there is now: the path itself may have come or gone since. */
function existingFolder(path: string): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  return isFolder || dirname(path) === path ? path : existingFolder(dirname(path));
}

/** What git prints; undefined when it fails, for `reason`. */
function git(folder: string, args: readonly string[], reason: string[] = []): string | undefined {
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    throw new UsageError('--git: there is no git on this machine');
  }
  if (status === 0) return stdout;
  reason.push((error?.message ?? stderr).split('\n')[0]!.replace(/^fatal: /, ''));
  return undefined;
}

function refusal(ref: string, folder: string): UsageError {
  const reason: string[] = [];
  if (git(folder, ['rev-parse', '--git-dir'], reason) === undefined) {
    return new UsageError(`--git ${ref}: ${folder} is in no git repository that can be read: ${reason.join()}`);
  }
  return new UsageError(`--git ${ref}: the repository has no such commit, branch or tag; a shallow clone may lack it`);
}
