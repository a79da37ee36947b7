// `npm test`: the whole suite, or what its arguments choose: `npm test -- test/engine`.
import { node, ready } from './project.mjs';

ready();
process.exitCode = node('node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2));
