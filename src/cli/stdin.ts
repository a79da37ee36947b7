import { readSync } from 'node:fs';
import { UsageError } from './usage.js';

const CHUNK_BYTES = 65_536;
/** As for files: more is not read. */
const MAX_BYTES = 100_000_000;
const RETRY_MS = 10;

/** All of standard input. Throws UsageError when it cannot be read or does not end. */
export function readStdin(): string {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let read = 0; ; ) {
    const bytes = readSome(chunk);
    if (bytes === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(Buffer.from(chunk.subarray(0, bytes)));
    read += bytes;
    if (read > MAX_BYTES) throw new UsageError(`standard input holds more than ${MAX_BYTES} bytes`);
  }
}

/** Waits for what is not there yet: a terminal or a pipe may be set not to block. */
function readSome(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0; // a closed pipe, on Windows
      if (code !== 'EAGAIN') throw new UsageError(`cannot read standard input: ${code ?? String(error)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
