// `npm run build`. With --clean the result holds nothing of an older one: what `npm pack` puts into the package.
import { rmSync } from 'node:fs';
import { build, ready } from './project.mjs';

ready();
if (process.argv.includes('--clean')) rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
build();
