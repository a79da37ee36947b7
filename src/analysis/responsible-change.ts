import type { ChangeReport } from './comparison-document.js';

/** Words of settings that bear on a mechanism, a response flag, or a kind of attempt. */
const WORDS: Readonly<Record<string, RegExp>> = {
  service: /step|cpu|wait|respond|weight|subset|endpoints|route|workloads/i,
  cpuWait: /cpu|threads|resources|replicas|weight|subset|rate|users|step/i,
  workerQueue: /workers|queue|replicas|weight|subset|rate|users|retr|loadBalancer|step/i,
  proxyCpu: /proxy|tls|telemetry|rate|concurrency|weight/i,
  poolWait: /connectionPool|connections|requests|pending/i,
  network: /locality|zone|failover|distribut|network|subset|weight|tls|connection|idleTimeout/i,
  retry: /retr|attempts|perTry|outlier|consecutive|failOn/i,
  injected: /fault|delay|abort|slow/i,
  timeoutWait: /timeout|perTry/i,
  calls: /weight|subset|route|rate|users|step|call|retr|timeout/i,
  mirror: /mirror/i,
  app: /step|cpu|rate|users|weight|retr|attempts|route|replicas/i,
  proxy: /proxy|tls|telemetry|rate|users|weight|retr|attempts|concurrency/i,
  DI: /fault|delay/i,
  FI: /fault|abort/i,
  NC: /subset|host|route/i,
  NR: /match|route|host|subset|gateway/i,
  RL: /rate|envoyfilter|limit/i,
  UAEX: /authorization/i,
  UC: /idle|maxRequestsPerConnection|timeout|connection/i,
  UF: /tls|port|connect|mtls|peerauthentication/i,
  UH: /outlier|eject|subset|labels|selector|endpoints/i,
  UO: /connectionPool|connections|requests|pending|retr/i,
  URX: /retr|attempts|perTry|fault|errors/i,
  UT: /timeout|perTry/i,
};

const BY_WORD = 4;
const BY_DESTINATION = 2;
const BY_SOURCE = 1;

export interface Effect {
  readonly mechanism: string;
  readonly edge: { readonly source: string; readonly destination: string } | null;
  readonly workload: string | null;
}

/**
 * Which of several changes is likeliest to be behind an effect: one whose words bear on the mechanism, and that names the
 * edge. A guess, where trying each change tells (`--attribute`). Null: none has anything to do with it.
 */
export function likeliest(changes: readonly ChangeReport[], effect: Effect): ChangeReport | null {
  let best: ChangeReport | null = null;
  let most = 0;
  for (const change of changes) {
    const score = likeness(change, effect);
    if (score <= most) continue;
    best = change;
    most = score;
  }
  return best;
}

function likeness({ resource, path, before, after }: ChangeReport, { mechanism, edge, workload }: Effect): number {
  const [kind] = resource.split('/');
  // Of a field its name tells, of one that came or went all that it says.
  const words = path === null || before === null || after === null ? `${path} ${before} ${after}` : path;
  const names = new Set(`${resource} ${path} ${before} ${after}`.split(/[^\w-]+/));
  const isNamed = (name: string | undefined | null) => (name ? names.has(name.split('/').at(-1)!) : false);
  let score = WORDS[mechanism]?.test(`${kind} ${words}`) ? BY_WORD : 0;
  if (isNamed(edge?.destination ?? workload)) score += BY_DESTINATION;
  if (isNamed(edge?.source)) score += BY_SOURCE;
  return score;
}
