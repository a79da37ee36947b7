import type { NumberedPoint } from './document.js';
import { p99Of, podsOf, successOf, vcpuPer1000SuccessfulOf } from './estimates.js';

/** Costs of a point, less of each is better. */
export type Costs = readonly number[];

/**
 * The numbers of the points that no other beats in latency, errors and cost, at figures of three digits: what lies below that
 * is noise, and would put nearly every point on the front. Points that were stopped or answered nobody are not on it.
 */
export function paretoFront(points: readonly NumberedPoint[], busiest: string | null): number[] {
  const judged = points.flatMap((point) => {
    const costs = costsOf(point, busiest);
    return costs === null || point.stopped !== null ? [] : [{ number: point.number, costs }];
  });
  const front = unbeaten(judged.map(({ costs }) => costs));
  return judged.filter((_, i) => front[i]).map(({ number }) => number);
}

/** Whether each is beaten by none: one beats another that is nowhere less and somewhere more. */
export function unbeaten(all: readonly Costs[]): boolean[] {
  return all.map((own) => !all.some((other) => beats(other, own)));
}

function beats(other: Costs, own: Costs): boolean {
  return other.every((cost, i) => cost <= own[i]!) && other.some((cost, i) => cost < own[i]!);
}

function costsOf(point: NumberedPoint, busiest: string | null): Costs | null {
  const p99Ms = p99Of(point, busiest).value;
  const success = successOf(point).value;
  const vcpu = vcpuPer1000SuccessfulOf(point).value;
  if (p99Ms === null || success === null || vcpu === null) return null;
  return [p99Ms, 1 - success, vcpu, podsOf(point).value!].map((cost) => Number(cost.toPrecision(3)));
}
