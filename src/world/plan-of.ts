import { NO_ANSWER, type Plan, type ServerSide } from '../dataplane/index.js';

const NO_SERVERS: ServerSide = { inbound: [], limits: [], transports: [], guards: [] };

type Settled = Pick<Plan, 'version' | 'versions' | 'row' | 'hostIndex' | 'message'> & Partial<Plan>;

/**
 * A plan, of which everything that is not said is as if nothing were configured. Every plan comes from this one literal:
 * each request reads a dozen of its fields, and plans of one shape are read fastest.
 */
export function planOf(settled: Settled): Plan {
  const { version, versions, row, hostIndex, message } = settled;
  return {
    version,
    versions,
    row,
    hostIndex,
    kind: settled.kind ?? 'reply',
    message,
    isUnrouted: settled.isUnrouted ?? false,
    status: settled.status ?? NO_ANSWER,
    flags: settled.flags ?? 0,
    limits: settled.limits ?? null,
    refusal: settled.refusal ?? null,
    delayShare: settled.delayShare ?? 0,
    delayMs: settled.delayMs ?? 0,
    abortShare: settled.abortShare ?? 0,
    abortStatus: settled.abortStatus ?? NO_ANSWER,
    isPreflight: settled.isPreflight ?? false,
    destinations: settled.destinations ?? [],
    timeout: settled.timeout ?? null,
    perTryTimeout: settled.perTryTimeout ?? null,
    retry: settled.retry ?? null,
    isTooLargeToRetry: settled.isTooLargeToRetry ?? false,
    written: settled.written ?? { fault: null, retry: null, route: null },
    mtls: settled.mtls ?? false,
    pods: settled.pods ?? [],
    choice: settled.choice ?? null,
    server: settled.server ?? NO_SERVERS,
    rows: settled.rows ?? [],
  };
}
