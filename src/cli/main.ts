#!/usr/bin/env node
import './inlining.js';
import { drymesh } from './cli.js';
import { processOutside } from './process-outside.js';

process.exitCode = await drymesh(process.argv.slice(2), processOutside());
