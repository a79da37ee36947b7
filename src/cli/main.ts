#!/usr/bin/env node
import './compile-cache.js';
import './inlining.js';
import { processOutside } from './process-outside.js';

const { drymesh } = await import('./cli.js');
process.exitCode = await drymesh(process.argv.slice(2), processOutside());
