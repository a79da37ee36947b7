import type { ConnectionPoolPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, limit, refuse } from './checks.js';
import type { Context } from './context.js';
import { CONNECTION_POOL_FIELDS, HTTP_POOL_FIELDS, TCP_POOL_FIELDS } from './fields/destination-rule.js';
import { flag, section, text } from './read.js';

/**
 * A `connectionPool` (or a Sidecar's `inboundConnectionPool`): `key` below `parent`.
 * Source: Istio 1.32, pkg/config/validation, validateConnectionPool.
 */
export function translateConnectionPool(parent: Section, key: string, context: Context): ConnectionPoolPolicy | null {
  const pool = section(parent, key);
  if (pool === null) return null;
  account(pool, CONNECTION_POOL_FIELDS, context);
  const [http, tcp] = [section(pool, 'http'), section(pool, 'tcp')];
  account(http, HTTP_POOL_FIELDS, context);
  account(tcp, TCP_POOL_FIELDS, context);
  if (http === null && tcp === null) refuse(parent, `${key} has neither http nor tcp`, "add 'http:' or 'tcp:'", key);
  checkKeepalive(tcp);
  const useClientProtocol = flag(http, 'useClientProtocol') ?? false;
  const h2UpgradePolicy = text(http, 'h2UpgradePolicy');
  if (useClientProtocol && h2UpgradePolicy === 'UPGRADE') {
    refuse(http!, 'useClientProtocol stands beside an upgrade to HTTP/2', 'keep one of them', 'useClientProtocol');
  }
  return {
    origin: originOf(pool),
    ...tcpLimits(tcp),
    ...httpLimits(http),
    h2Upgrade: h2UpgradePolicy === 'UPGRADE' ? true : h2UpgradePolicy === 'DO_NOT_UPGRADE' ? false : null,
    useClientProtocol,
  };
}

function tcpLimits(tcp: Section | null) {
  return {
    maxConnections: limit(tcp, 'maxConnections'),
    connectTimeoutMs: durationMs(tcp, 'connectTimeout'),
    maxConnectionDurationMs: durationMs(tcp, 'maxConnectionDuration'),
    tcpIdleTimeoutMs: durationMs(tcp, 'idleTimeout'),
  };
}

function httpLimits(http: Section | null) {
  return {
    http1MaxPendingRequests: limit(http, 'http1MaxPendingRequests'),
    http2MaxRequests: limit(http, 'http2MaxRequests'),
    maxRequestsPerConnection: limit(http, 'maxRequestsPerConnection'),
    maxRetries: limit(http, 'maxRetries'),
    idleTimeoutMs: durationMs(http, 'idleTimeout'),
    maxConcurrentStreams: limit(http, 'maxConcurrentStreams'),
  };
}

/** What is checked though it is not modelled. */
function checkKeepalive(tcp: Section | null): void {
  const keepalive = section(tcp, 'tcpKeepalive');
  durationMs(keepalive, 'time');
  durationMs(keepalive, 'interval');
}
