// What `npm start` and `npm test` share: they work on a fresh clone, with nothing but Node.js and npm.
import { spawnSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Ends the process when Node.js is too old; installs the packages when they are absent or older than the lock file. */
export function ready() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(`Drymesh needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  // npm writes this file last: a broken installation has none.
  if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json')) {
    quietly('Installing packages', ...npm(), 'ci', '--include=dev', '--no-fund', '--no-audit');
  }
}

/** Says what is being done in one line, and what was printed only if it fails, which ends the process. */
export function quietly(what, command, ...args) {
  console.error(`${what} ...`);
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: shell(command),
  });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
  console.error(`${what} failed${signal ? ` (${signal})` : ''}: ${[command, ...args].join(' ')}`);
  process.exit(status ?? 1);
}

/** The program, from src/ to dist/; whether its types are right is for `npm run types` to say. */
export function build() {
  bundle('Building', 'dist/cli', 'src/cli/main.ts', 'src/parallel/thread.ts');
  chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755); // as a command that is linked to it must be
}

/** See bundle.mjs. */
export function bundle(what, folder, ...entries) {
  quietly(what, process.execPath, 'scripts/bundle.mjs', folder, ...entries);
}

/** Runs a script of Node.js in view of the user; returns its exit code. */
export function node(...args) {
  // Ctrl-C reaches the child by itself, which may have something to finish.
  process.on('SIGINT', () => {});
  const { status, error } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) console.error(String(error));
  return status ?? 1;
}

/** npm, even where only `node` is found on the path. */
function npm() {
  const script = process.env.npm_execpath ?? '';
  return script.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
}

/** On Windows `npm` is a batch file, which only a shell can start. */
function shell(command) {
  return command === 'npm' && process.platform === 'win32';
}

/** Since 1970; 0 when there is no such file. */
function changedMs(file) {
  return statSync(new URL(`../${file}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
