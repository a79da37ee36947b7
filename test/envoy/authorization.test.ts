import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderOf, say } from '../support/outside.js';
import { authorizationPolicy } from '../support/security.js';
import { deployment, station } from '../support/stations.js';

/** `istiod.json`: the rules of the RBAC filters that istiod 1.31 sends to `server` for `input.yaml`, on HTTP and on TCP. */
const FOLDER = join(import.meta.dirname, 'authorization');

interface Filter {
  readonly name: string;
  readonly typed_config: { readonly rules: Rules; readonly http_filters?: readonly Filter[] };
}
interface Rules {
  readonly action?: string;
  readonly policies: Readonly<Record<string, object>>;
}

async function exported(manifests: string, ...flags: string[]) {
  const folder = folderOf({ 'mesh/all.yaml': manifests });
  const { stdout, stderr } = await say(folder, ['export', 'envoy', 'mesh', '--proxy', 'server', ...flags]);
  const listeners: { name: string; filter_chains: { filters: Filter[] }[] }[] =
    parse(stdout).static_resources.listeners;
  const rulesAt = (port: number) => {
    const { filters } = listeners.find(({ name }) => name === `inbound|${port}||`)!.filter_chains[0]!;
    const judges = [...filters, ...filters.flatMap(({ typed_config }) => typed_config.http_filters ?? [])];
    return judges.filter(({ name }) => name.endsWith('.rbac')).map(({ typed_config }) => typed_config.rules);
  };
  return { rulesAt, leftOut: stderr };
}

/** ALLOW is what Envoy takes nothing for; of a policy without rules istiod sends one that matches nothing. */
function held({ action = 'ALLOW', policies }: Rules): Rules {
  const matching = Object.entries(policies).filter(([name]) => !name.includes('policy[nothing]'));
  return { action, policies: Object.fromEntries(matching) };
}

test('policies are enforced by the rules that a real istiod sends', async () => {
  const sent = JSON.parse(readFileSync(join(FOLDER, 'istiod.json'), 'utf8'));
  const manifests = readFileSync(join(FOLDER, 'input.yaml'), 'utf8');
  const { rulesAt, leftOut } = await exported(manifests, '--certificates', 'certs');
  expect(rulesAt(8080)).toEqual(sent.http.map(held));
  expect(rulesAt(90)).toEqual(sent.tcp.map(held));
  expect(leftOut).toBe('');
});

const STATIONS = deployment('client', { sidecar: true }) + station('server', { sidecar: true });
const rule = (part: object) => ({ rules: [part] });
const GET = rule({ to: [{ operation: { methods: ['GET'] } }] });
const PEER = rule({ from: [{ source: { principals: ['cluster.local/ns/default/sa/x'] } }] });
const TOKEN = rule({ from: [{ source: { requestPrincipals: ['*'] } }] });
const ADDRESS = rule({ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] });

const TOLD: { what: string; policies: readonly object[]; flags: string[]; acting: number; leftOut: string[] }[] = [
  { what: 'what requests say', policies: [GET], flags: [], acting: 1, leftOut: [] },
  { what: 'peers without certificates', policies: [PEER], flags: [], acting: 0, leftOut: ['p0'] },
  { what: 'one of two that allow', policies: [GET, PEER], flags: [], acting: 0, leftOut: ['p0', 'p1'] },
  { what: 'peers with certificates', policies: [GET, PEER], flags: ['--certificates', 'c'], acting: 1, leftOut: [] },
  { what: 'tokens', policies: [TOKEN], flags: ['--certificates', 'c'], acting: 0, leftOut: ['p0'] },
  { what: 'addresses', policies: [ADDRESS], flags: ['--certificates', 'c'], acting: 0, leftOut: ['p0'] },
  { what: 'one that denies', policies: [GET, { ...PEER, action: 'DENY' }], flags: [], acting: 1, leftOut: ['p1'] },
];

test.each(TOLD)('what cannot be judged is left out and told: $what', async ({ policies, flags, acting, leftOut }) => {
  const written = policies.map((policy, i) => authorizationPolicy(policy, { name: `p${i}` })).join('');
  const found = await exported(STATIONS + written, ...flags);
  expect(found.rulesAt(80)).toHaveLength(acting);
  expect([...found.leftOut.matchAll(/left out: AuthorizationPolicy (\S+)/g)].map(([, name]) => name)).toEqual(leftOut);
});
