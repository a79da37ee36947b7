import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, putFiles, say } from '../support/outside.js';

const ROOT = resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'reports/README.md'],
  ...['docs', 'scenarios'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .sort()
      .map((file) => join(folder, file)),
  ),
];

test.each(DOCUMENTS)('every link in %s leads somewhere', (document) => {
  const links = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  for (const link of links.filter((link) => !/^[a-z]+:/.test(link))) {
    const [path, anchor] = link.split('#') as [string, string | undefined];
    const target = path === '' ? document : join(dirname(document), path);
    expect(existsSync(join(ROOT, target)), `${document}: ${link}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(textOf(target)), `${document}: ${link}`).toContain(anchor);
  }
});

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The commands of a document's shell blocks, each as its words, comments left out. */
function commandsIn(document: string): string[][] {
  const blocks = [...textOf(document).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
  const lines = blocks.flatMap((block) => block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()));
  return lines.filter((line) => line !== '').map((line) => (line.match(/'[^']*'|\S+/g) ?? []).map(unquoted));
}

const unquoted = (word: string) => word.replace(/^'(.*)'$/, '$1');

const IDENTITY = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];

/** What makes a command of the README take less time. */
const SHORTER: Readonly<Record<string, readonly string[]>> = {
  run: ['--duration', '5s', '--replications', '1'],
  compare: ['--duration', '2s'],
  sweep: ['--duration', '5s', '--replications', '1'],
  stability: ['--replications', '1', '--set', 'workloads.stock.queue=50', '--set', 'traffic.shoppers.rate=250/s'],
};

test('every command of the README runs', async () => {
  const folder = folderOf({});
  cpSync(join(ROOT, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
  cpSync(join(ROOT, 'scenarios/bookinfo/manifests'), join(folder, 'k8s'), { recursive: true });
  const changed = textOf('scenarios/bookinfo/manifests/reviews-routing.yaml');
  putFiles(folder, { 'change.yaml': changed });
  const git = (...args: string[]) => execFileSync('git', [...IDENTITY, ...args], { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'all');
  const commands = commandsIn('README.md').filter(([first]) => first === 'npx');
  expect(commands.length).toBeGreaterThanOrEqual(7);
  for (const [, program, command, ...args] of commands) {
    expect(program).toBe('drymesh');
    const short = SHORTER[command!] ?? [];
    const { exit, stderr } = await say(folder, [command!, ...args, ...short]);
    expect([0, 1], `drymesh ${command} ${args.join(' ')}\n${stderr}`).toContain(exit);
  }
});

test.each(['README.md', 'CONTRIBUTING.md'])('every npm script that %s names exists', (document) => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = commandsIn(document).flatMap((words) =>
    words[0] !== 'npm'
      ? []
      : words.flatMap((word, i) => (word === 'run' ? words[i + 1]! : ['start', 'test'].includes(word) ? word : [])),
  );
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

test('every script of the package and of the checks exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const files = [...Object.values(scripts), textOf('.ci/run')].flatMap(
    (text) => text.match(/\b(?:scripts|\.ci)\/[\w-]+\.mjs/g) ?? [],
  );
  for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
});

test('the table of imports in docs/architecture.md is the one that is checked', () => {
  const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string; to: { pathNot?: unknown } }[];
  };
  const checked = forbidden.flatMap(({ name, to }) => {
    const folder = /^([a-z]+)-imports$/.exec(name)?.[1];
    return folder === undefined
      ? []
      : [[folder, /\((.*)\)/.exec(String(to.pathNot))![1]!.split('|').slice(1)] as const];
  });
  const rows = textOf('docs/architecture.md').matchAll(/^\| `(\w+)` \|[^|]*\| (.*) \|$/gm);
  const written = [...rows].map(([, folder, others]) => [
    folder,
    [...others!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  ]);
  expect(written.filter(([folder]) => folder !== 'cli')).toEqual(checked);
  expect(written.map(([folder]) => folder).sort()).toEqual(readdirSync(join(ROOT, 'src')).sort());
});
