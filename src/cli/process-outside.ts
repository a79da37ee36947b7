import { availableParallelism } from 'node:os';
import type { WriteStream } from 'node:tty';
import { EXIT, type Outside } from './outside.js';
import { readStdin } from './stdin.js';

/** The process that this runs in. */
export function processOutside(): Outside {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    out: writerTo(process.stdout),
    err: writerTo(process.stderr),
    stdin: readStdin,
    onInterrupt,
    clockMs: () => performance.now(),
    cores: availableParallelism(),
    peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
  };
}

/** Goes on in silence when nobody reads any more (`drymesh run x | head`): the report is written all the same. */
function writerTo(stream: WriteStream): (text: string) => void {
  let isRead = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isRead = false;
  });
  return (text) => {
    if (isRead) stream.write(text);
  };
}

/** The first signal asks for an end in good order; whoever sends a second does not want to wait for it. */
function onInterrupt(hear: () => void): () => void {
  let heard = false;
  const listen = () => {
    if (heard) process.exit(EXIT.interrupted);
    heard = true;
    hear();
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  return () => {
    process.off('SIGINT', listen);
    process.off('SIGTERM', listen);
  };
}
