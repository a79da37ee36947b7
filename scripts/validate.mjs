// `npm run validate`: predictions beside real Envoys. Arguments go to the harness: `npm run validate -- --help`.
import { node, quietly, ready } from './project.mjs';

ready();
quietly('Building', process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.validation.json');
process.exitCode = node('build/validation/harness/main.js', ...process.argv.slice(2));
