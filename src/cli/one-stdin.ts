import type { Outside } from './outside.js';

/** Standard input can be read once, and several readings may want it. */
export function withOneStdin(outside: Outside): Outside {
  let text: string | null = null;
  const stdin = () => {
    text ??= outside.stdin();
    return text;
  };
  return { ...outside, stdin };
}
