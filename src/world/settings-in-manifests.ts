import type { Plan } from '../dataplane/index.js';
import type { Origin, Place } from '../mesh/index.js';
import type { FieldPlaces } from './field-places.js';

/** What was written, and which of its fields matters: the first that is there. */
interface Setting {
  readonly origin: Origin;
  readonly fields: readonly (readonly string[])[];
}

/** Where the manifests set what has this effect on what is sent by one of the plans; null: nowhere. */
export function settingInManifests(plans: Iterable<Plan>, fields: FieldPlaces, effect: string): Place | null {
  const settingIn = BY_EFFECT[effect];
  if (settingIn === undefined) return null;
  for (const plan of plans) {
    const setting = settingIn(plan);
    if (setting === null) continue;
    for (const field of setting.fields) {
      const place = fields(setting.origin, field);
      if (place !== null) return place;
    }
    return setting.origin;
  }
  return null;
}

const CONNECTIONS = ['tcp', 'maxConnections'];
const PENDING = ['http', 'http1MaxPendingRequests'];
const REQUESTS = ['http', 'http2MaxRequests'];

const delay = ({ written }: Plan) => at(written.fault, ['delay']);
const attempts = ({ written, retry }: Plan) => (retry === null ? null : at(written.retry, ['attempts']));
const outlier = (plan: Plan) => clusterSetting(plan, ({ outlierDetection }) => outlierDetection?.origin ?? null);

const BY_EFFECT: Readonly<Record<string, (plan: Plan) => Setting | null>> = {
  injected: delay,
  DI: delay,
  FI: ({ written }) => at(written.fault, ['abort']),
  retry: attempts,
  retries: attempts,
  attempts,
  URX: attempts,
  upstream_rq_retry: attempts,
  upstream_rq_retry_limit_exceeded: attempts,
  timeoutWait: (plan) => tryTimeout(plan) ?? routeTimeout(plan),
  UT: endingTimeout,
  upstream_rq_timeout: (plan) => routeTimeout(plan),
  upstream_rq_per_try_timeout: (plan) => tryTimeout(plan),
  poolWait: (plan) => limit(plan, CONNECTIONS, REQUESTS, PENDING),
  UO: (plan) => limit(plan, PENDING, REQUESTS, CONNECTIONS),
  upstream_rq_pending_overflow: (plan) => limit(plan, PENDING, CONNECTIONS),
  upstream_rq_active_overflow: (plan) => limit(plan, REQUESTS),
  upstream_cx_overflow: (plan) => limit(plan, CONNECTIONS),
  upstream_rq_retry_overflow: retryLimit,
  inbound_rq_overflow: inboundLimit,
  'UO (inbound)': inboundLimit,
  UH: (plan) => outlierLimit(plan) ?? destination(plan, ['destination', 'subset']),
  upstream_cx_none_healthy: (plan) => outlierLimit(plan) ?? destination(plan, ['destination', 'subset']),
  ejections_total: outlier,
  ejections_active: outlier,
  ejections_overflow: outlierLimit,
  NC: (plan) => destination(plan, ['destination', 'subset']),
  RL: ({ limits }) => at(limits?.[0]?.origin ?? null),
  calls: (plan) => destination(plan, ['weight']),
  mirror: ({ destinations }) => at(destinations[0]?.mirrors[0]?.origin ?? null),
  mirrored: ({ destinations }) => at(destinations[0]?.mirrors[0]?.origin ?? null),
};

function at(origin: Origin | null, ...fields: readonly (readonly string[])[]): Setting | null {
  return origin === null ? null : { origin, fields };
}

function routeTimeout({ timeout, written }: Plan): Setting | null {
  return timeout === null ? null : at(written.route, ['timeout']);
}

function tryTimeout({ perTryTimeout, written }: Plan): Setting | null {
  return perTryTimeout === null ? null : at(written.retry, ['perTryTimeout']);
}

/** That of the last try, where all of them fit into that of the route. */
function endingTimeout(plan: Plan): Setting | null {
  const { timeout, perTryTimeout, retry } = plan;
  const tries = 1 + (retry?.attempts ?? 0);
  const fits = perTryTimeout !== null && tries * perTryTimeout.durationMs <= (timeout?.durationMs ?? Infinity);
  return (fits ? tryTimeout(plan) : null) ?? routeTimeout(plan) ?? tryTimeout(plan);
}

function limit(plan: Plan, ...fields: readonly (readonly string[])[]): Setting | null {
  return clusterSetting(plan, ({ poolOrigin }) => poolOrigin, ...fields);
}

/** Of the server's own proxy. */
function inboundLimit({ destinations, server }: Plan): Setting | null {
  const sides = [...destinations.flatMap(({ cluster }) => cluster ?? []), server];
  const pools = sides.flatMap(({ inbound }) => inbound.flatMap((pool) => pool?.effective.origin ?? []));
  return at(pools[0] ?? null, REQUESTS, PENDING, CONNECTIONS);
}

function retryLimit(plan: Plan): Setting | null {
  const budget = clusterSetting(plan, ({ origin, retryBudget }) => (retryBudget === null ? null : origin), [
    'retryBudget',
  ]);
  return budget ?? limit(plan, ['http', 'maxRetries']);
}

function outlierLimit(plan: Plan): Setting | null {
  const setting = outlier(plan);
  return setting && { ...setting, fields: [['maxEjectionPercent'], ['minHealthPercent']] };
}

type Cluster = NonNullable<Plan['destinations'][number]['cluster']>['effective'];

function clusterSetting(
  { destinations }: Plan,
  originOf: (cluster: Cluster) => Origin | null,
  ...fields: readonly (readonly string[])[]
): Setting | null {
  const origins = destinations.flatMap(({ cluster }) => (cluster === null ? [] : (originOf(cluster.effective) ?? [])));
  return at(origins[0] ?? null, ...fields);
}

function destination({ destinations }: Plan, field: readonly string[]): Setting | null {
  return at(destinations.find(({ origin }) => origin !== null)?.origin ?? null, field);
}
