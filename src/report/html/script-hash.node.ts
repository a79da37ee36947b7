import { createHash } from 'node:crypto';

/** The source expression by which a Content-Security-Policy allows this very script and no other. */
export function scriptHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
