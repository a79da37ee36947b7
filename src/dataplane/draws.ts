import type { AddressedRandom } from '../engine/index.js';

/** Whom a draw belongs to, within its request. */
export interface AddressOf {
  readonly source: number;
  readonly request: number;
  readonly place: number;
}

const CALL = 1 << 24;
const ATTEMPT = 2 << 24;
const STRAND = 3 << 24;
const LIMIT = 4 << 24;

/** A call's block: word 0 its weighted destination, 1 its delay, 2 its abort, 3 unused. Mirrors: one block each, from 1. */
export function drawForCall(random: AddressedRandom, call: AddressOf, block: number): void {
  drawAt(random, call, CALL | block);
}

/** Blocks of an attempt; each of four words. */
export const PICK = 0; // 0, 1: the balancer's two; 2, 3: network there and back
export const CONNECT = 1; // 0, 1: TCP there and back; 2, 3: TLS there and back
export const RESET = 2; // 0: network; 1: back-off; 2, 3: slowed network there and back
export const REPICK = 3; // and following five: 0, 1: the balancer's two
export const PRIORITY = 8; // and following five: 0: the priority of the pick, then of each made again

export function drawForAttempt(random: AddressedRandom, attempt: AddressOf, block: number): void {
  drawAt(random, attempt, ATTEMPT | block);
}

/** Rate limit `index` of the proxy that the request, a call or an attempt, is in; word 0: counted, 1: refused. */
export function drawForLimit(random: AddressedRandom, request: AddressOf, index: number): void {
  drawAt(random, request, LIMIT | index);
}

/** The number of (0, 1) for draw `slot` of a program. */
export function drawForStrand(random: AddressedRandom, attempt: AddressOf, place: number, slot: number): number {
  random.at(attempt.request | 0, place, STRAND | (slot >>> 2), high(attempt));
  return random.uniform(slot & 3);
}

function drawAt(random: AddressedRandom, address: AddressOf, block: number): void {
  random.at(address.request | 0, address.place, block, high(address));
}

function high(address: AddressOf): number {
  return (address.source << 16) ^ ((address.request / 0x1_0000_0000) | 0);
}
