import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, posix, relative, resolve, sep } from 'node:path';
import { compareText } from '../diagnostics/index.js';
import { EXTENSIONS, type ReadOptions, readSources } from '../reading/files.node.js';
import type { SourceText } from '../reading/index.js';
import type { ManifestReader } from '../world/load.node.js';
import { UsageError } from './usage.js';

/** As for files: more is not read. */
const MAX_BYTES = 100_000_000;
/** Mode of a symbolic link. */
const LINK = '120000';
/** Links that lead to links are followed so far. */
const MOST_LINKS = 10;

/**
 * Reads manifests as they were at a commit, branch or tag of the repository that each of them lies in. What was not there
 * yet is nothing, but some must have been. Files go by `REF:name`. Throws UsageError where there is no git, no repository
 * or no such commit.
 */
export function manifestsAt(ref: string): ManifestReader {
  return (paths, options) => {
    const sources = paths.flatMap((path) => sourcesAt(ref, path, options));
    if (sources.length > 0 || paths.length === 0) return sources;
    throw new UsageError(
      `--git ${ref}: none of the scenario's manifests (${paths.join(', ')}) was there then. If they had another name, give the whole of it: 'git worktree add /tmp/base ${ref}', then 'drymesh compare /tmp/base/... SCENARIO'`,
    );
  };
}

/** The same of what a push names; what was not there yet is taken as it is now. */
export function pushedAt(ref: string): ManifestReader {
  return ([path], options, diagnostics) => {
    const sources = sourcesAt(ref, path!, options);
    return sources.length > 0 ? sources : readSources([path!], options, diagnostics);
  };
}

function sourcesAt(ref: string, path: string, { base }: ReadOptions): SourceText[] {
  if (path === '-')
    throw new UsageError('--git: standard input has no history; name files or folders in spec.manifests');
  const full = resolve(base, path);
  const folder = existingFolder(full);
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (commit === undefined) throw refusal(ref, folder);
  const tree: Tree = { ref, folder, commit };
  const within = relative(folder, full).split(sep).join('/');
  return filesAt(tree, within).map((name) => ({
    file: `${ref}:${relative(base, resolve(folder, name)).split(sep).join('/')}`,
    text: textAt(tree, name),
  }));
}

/** Names in it are relative to `folder`. */
interface Tree {
  readonly ref: string;
  readonly folder: string;
  readonly commit: string;
}

interface Entry {
  readonly name: string;
  readonly isLink: boolean;
}

/** Those that `run` would read: one file, or those in the folder, not below it. */
function filesAt(tree: Tree, within: string, followed = 0): readonly string[] {
  const entries = entriesAt(tree, within);
  const [only] = entries;
  if (only?.name === within && entries.length === 1) {
    if (!only.isLink) return [within];
    const target = targetOf(tree, within, followed);
    const [first, ...others] = entriesAt(tree, target);
    const isFile = first?.name === target && others.length === 0 && !first.isLink;
    return isFile ? [within] : filesAt(tree, target, followed + 1);
  }
  const own = entries.map(({ name }) => name).filter((name) => isIn(name, within));
  return own.sort((a, b) => compareText(basename(a), basename(b)));
}

function isIn(name: string, folder: string): boolean {
  return EXTENSIONS.has(extname(name)) && posix.dirname(name) === (folder || '.');
}

/** The path itself, and what is in it where it is a folder; files and links alone. */
function entriesAt({ folder, commit }: Tree, within: string): readonly Entry[] {
  const paths = within === '' ? ['./'] : [`./${within}`, `./${within}/`];
  const listed = git(folder, ['ls-tree', '-z', commit, '--', ...paths]) ?? '';
  return listed.split('\0').flatMap((entry) => {
    const [, mode, name] = /^(\d+) blob [0-9a-f]+\t(.+)$/s.exec(entry) ?? [];
    return name === undefined ? [] : { name, isLink: mode === LINK };
  });
}

/** Of a file, or of the file that a link leads to. */
function textAt(tree: Tree, name: string, followed = 0): string {
  if (entriesAt(tree, name)[0]?.isLink) return textAt(tree, targetOf(tree, name, followed), followed + 1);
  const text = git(tree.folder, ['show', `${tree.commit}:./${name}`]);
  if (text === undefined) throw new UsageError(`--git: cannot read ${name} of ${tree.ref}`);
  return text;
}

function targetOf({ folder, commit, ref }: Tree, name: string, followed: number): string {
  const target = git(folder, ['show', `${commit}:./${name}`]);
  const isLost = target === undefined || posix.isAbsolute(target) || followed >= MOST_LINKS;
  if (isLost) throw new UsageError(`--git: ${name} of ${ref} is a symbolic link that leads out of the repository`);
  return posix.join(posix.dirname(name), target);
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
