const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The milliseconds of a `grpc-timeout` header, rounded up; null for what is none, which proxies ignore. 0: no timeout.
 * Source: gRPC over HTTP/2, `Timeout`; Envoy 1.37, source/common/grpc/common.cc, `getGrpcTimeout`.
 */
export function grpcTimeoutMs(header: string): number | null {
  const parts = /^(\d{1,8})([HMSmun])$/.exec(header);
  return parts === null ? null : Math.ceil(Number(parts[1]) * UNIT_MS[parts[2]!]!);
}

/**
 * The timeout of a gRPC request: its header's, at most the route's; without one, the route's. Null: none.
 * Source: Envoy 1.37, source/common/router/router.cc, `finalTimeout`, with the `max_grpc_timeout` that Istio writes to
 * every route.
 */
export function grpcRouteTimeoutMs(header: string | undefined, routeMs: number | null): number | null {
  const askedMs = header === undefined ? null : grpcTimeoutMs(header);
  if (askedMs === null || askedMs === 0) return routeMs;
  return routeMs === null ? askedMs : Math.min(askedMs, routeMs);
}
