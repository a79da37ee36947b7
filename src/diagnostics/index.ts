export type { Diagnostic, Place, ResourceName, Severity } from './diagnostic.js';
export { compareDiagnostics, compareText, Diagnostics } from './diagnostic.js';
export { parseDurationMs, parsePercentage, parseRatePerSecond, parseSizeBytes } from './units.js';
