import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Vega's browser build with its licence, as the text of one script. Throws RangeError should it end a `<script>` element. */
export function vegaRuntime(): string {
  const build = dirname(createRequire(import.meta.url).resolve('vega'));
  const licence = readFileSync(join(build, '..', 'LICENSE'), 'utf8');
  const script = `/*! Vega (with d3, ISC licence)\n${licence}*/\n${readFileSync(join(build, 'vega.min.js'), 'utf8')}`;
  if (/<\/script|<!--/i.test(script)) throw new RangeError("Vega's browser build cannot stand within a script element");
  return script;
}
