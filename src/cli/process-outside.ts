import { readFileSync } from 'node:fs';
import type { Outside } from './outside.js';

/** The process that this runs in. */
export function processOutside(): Outside {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    stdin: () => readFileSync(0, 'utf8'),
    onInterrupt: (hear) => {
      process.on('SIGINT', hear);
      process.on('SIGTERM', hear);
      return () => {
        process.off('SIGINT', hear);
        process.off('SIGTERM', hear);
      };
    },
    clockMs: () => performance.now(),
    peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
  };
}
