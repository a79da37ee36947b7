// `npm start`: from a fresh clone to a report. Arguments go to the run: `npm start -- --seed 2`.
import { build, node, ready } from './project.mjs';

ready();
build();
process.exitCode = node('dist/cli/main.js', 'run', 'scenarios/bookinfo', ...process.argv.slice(2));
