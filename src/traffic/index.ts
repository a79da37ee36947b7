export { RateProfile } from './arrivals.js';
export type { ClientConnection, Entry } from './client.js';
export type { MixEntry } from './request.js';
export { SOURCE_TIMER, TrafficRequest } from './request.js';
export type { Load, SourceOptions } from './source.js';
export { GAPS, TrafficSource } from './source.js';
export { UserProfile } from './users.js';
