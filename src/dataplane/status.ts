import type { Message } from './message.js';

type Protocol = Message['protocol'];

/**
 * How a call ended, as one number: an HTTP status, 0 for no answer, 1000 and up for a gRPC status, or what became of a
 * TCP exchange.
 */
export type Status = number;

export const NO_ANSWER: Status = 0;
const GRPC = 1000;
export const TCP_OK: Status = 2000;
export const TCP_RESET: Status = 2001;

export function grpcStatus(status: number): Status {
  return GRPC + status;
}

export function isGrpc(status: Status): boolean {
  return status >= GRPC && status < TCP_OK;
}

/** The gRPC status that it stands for; -1 when it stands for none. */
export function grpcOf(status: Status): number {
  return isGrpc(status) ? status - GRPC : -1;
}

/** As a report writes it: `200`, `grpc:14`, `tcp:ok`, `0`. */
export function statusName(status: Status): string {
  if (status === TCP_OK) return 'tcp:ok';
  if (status === TCP_RESET) return 'tcp:reset';
  return isGrpc(status) ? `grpc:${status - GRPC}` : String(status);
}

/** 200-399, gRPC's OK, a TCP exchange that went through, or what the caller said it expects. */
export function isSuccess(status: Status, expected: readonly Status[]): boolean {
  if ((status >= 200 && status < 400) || status === GRPC || status === TCP_OK) return true;
  return expected.length > 0 && expected.includes(status);
}

/** The gRPC status of an answer that a proxy makes itself (Envoy, source/common/grpc/status.cc). */
export function localReplyToGrpc(httpStatus: number): Status {
  switch (httpStatus) {
    case 400:
      return grpcStatus(13);
    case 401:
      return grpcStatus(16);
    case 403:
      return grpcStatus(7);
    case 404:
      return grpcStatus(12);
    case 429:
    case 502:
    case 503:
    case 504:
      return grpcStatus(14);
    default:
      return grpcStatus(2);
  }
}

const GRPC_AS_HTTP = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/**
 * What outlier detection takes it for (Envoy, Grpc::Utility::grpcToHttpStatus). A TCP connection that was established is
 * a success, whatever came of it (source/common/tcp_proxy/tcp_proxy.cc).
 */
export function asHttpStatus(status: Status): number {
  if (status >= TCP_OK) return 200;
  return isGrpc(status) ? (GRPC_AS_HTTP[status - GRPC] ?? 500) : status;
}

/**
 * What a service that was asked over `protocol` answers where an HTTP or gRPC status is meant: between the two as Envoy
 * takes one for the other.
 */
export function statusIn(protocol: Protocol, status: Status): Status {
  if (protocol !== 'grpc') return isGrpc(status) ? asHttpStatus(status) : status;
  if (isGrpc(status)) return status;
  return status < 300 ? grpcStatus(0) : localReplyToGrpc(status);
}

/** Envoy's response flags, a bit each (docs: configuration/observability/access_log/usage). */
export const FLAG_NAMES = ['UH', 'UF', 'UC', 'UO', 'UT', 'URX', 'NR', 'NC', 'DI', 'FI', 'DC', 'UR', 'RL'] as const;

export const UH = 1;
export const UF = 2;
export const UC = 4;
export const UO = 8;
export const UT = 16;
export const URX = 32;
export const NR = 64;
export const NC = 128;
export const DI = 256;
export const FI = 512;
export const DC = 1024;
export const UR = 2048;
export const RL = 4096;

export function flagNames(flags: number): string[] {
  return FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0);
}
