// A build that holds nothing of an older one: what `npm pack` puts into the package.
import { rmSync } from 'node:fs';
import { quietly, ready } from './project.mjs';

ready();
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
quietly('Building', process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
