// `npm start`: from a fresh clone to a report. Arguments go to the run: `npm start -- --seed 2`.
import { node, quietly, ready } from './project.mjs';

ready();
quietly('Building', process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
process.exitCode = node('dist/cli/main.js', 'run', 'scenarios/bookinfo', ...process.argv.slice(2));
