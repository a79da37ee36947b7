import { setFlagsFromString } from 'node:v8';

/**
 * What a hop does is spread over many small functions, one calling the next. V8 puts the called into the caller, which
 * saves the calls and the code around them, up to limits made for web pages; these are made for one long simulation. They
 * hold for functions that are optimized from now on. Source: V8, src/flags/flag-definitions.h.
 */
const LIMITS = [
  '--max-inlined-bytecode-size-cumulative=3000',
  '--max-inlined-bytecode-size=1000',
  '--min-inlining-frequency=0.05',
];

for (const limit of LIMITS) setFlagsFromString(limit);
