#!/usr/bin/env node
/**
 * Records anew what a real istiod sends to the proxies of each case: `node validation/istiod/record.mjs [CASE...]`.
 * ISTIOGEN names the binary, DRYMESH_CORPUS the folder of public files that some cases read. See README.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boilDown } from './boil-down/proxy.mjs';
import { DEFAULT_RETRY } from './boil-down/retry.mjs';
import { caseNames, inputFiles, readCase } from './cases.mjs';
import { asCluster } from './cluster.mjs';
import { print } from './print.mjs';

/** Asked where only what validation refuses is of interest. */
const NOBODY = { workload: 'client' };

const istiogen = process.env.ISTIOGEN;
if (istiogen === undefined) {
  console.error('ISTIOGEN must name the istiogen binary: see validation/istiod/README.md');
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'istiod-'));
try {
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : caseNames()) record(name);
} finally {
  rmSync(scratch, { recursive: true });
}

function record(name) {
  const { proxies, env } = readCase(name);
  const { yaml, mesh, hosts } = asCluster(
    inputFiles(name).map((file) => readFileSync(file, 'utf8')),
    env,
  );
  const input = join(scratch, `${name}.yaml`);
  writeFileSync(input, yaml);
  const meshFile = mesh === undefined ? null : join(scratch, `${name}-mesh.yaml`);
  if (meshFile !== null) writeFileSync(meshFile, mesh);
  const answers = (proxies.length > 0 ? proxies : [NOBODY]).map((proxy) => ask({ input, meshFile }, proxy, env));
  const recording = {
    refused: answers[0].refused,
    defaultRetry: DEFAULT_RETRY,
    proxies: Object.fromEntries(proxies.map(({ workload }, i) => [workload, boilDown(answers[i].sent, hosts)])),
  };
  writeFileSync(join(import.meta.dirname, name, 'istiod.json'), print(recording));
}

/** What istiod sends to one proxy, and which resources its validation has refused. */
function ask({ input, meshFile }, { workload, type }, env = {}) {
  const mesh = meshFile === null ? [] : ['--mesh', meshFile];
  const args = [...(type === undefined ? [] : ['--type', type]), ...mesh, '--pod', `${workload}-0`, input];
  const { status, stdout, stderr } = spawnSync(istiogen, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`istiogen ${args.join(' ')}: ${stderr}`);
  const refused = [...stderr.matchAll(/REFUSED by validation: (\S+ [^\s:]+):/g)].map(([, what]) => what);
  return { sent: JSON.parse(stdout), refused: [...new Set(refused)].sort() };
}
