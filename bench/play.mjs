/**
 * `node play.js SCENARIO [SETTING...]`: plays a scenario as users run it, on one thread; prints hops a second and events a
 * hop as one line of JSON. A hop is one attempt at one tier.
 */
import '../src/cli/inlining.js';
import { Diagnostics } from '../src/diagnostics/index.js';
import { drawBlueprint, World } from '../src/world/index.js';
import { loadFiles } from '../src/world/load.node.js';

const WARMUPS = 2; // plays after which V8 has compiled what there is to compile

const [scenario, ...settings] = process.argv.slice(2);
const found = new Diagnostics();
const options = { scenario, manifests: null, overlays: [], settings, cwd: process.cwd(), stdin: () => '' };
const loaded = loadFiles(options, found);
if (loaded === null) {
  for (const { message } of found.sorted()) console.error(message);
  process.exit(2);
}
const blueprint = drawBlueprint(loaded, found);
let seconds = 0;
let played = { events: 0, hops: 0 };
for (let replication = 0; replication <= WARMUPS; replication++) {
  const world = new World(blueprint, replication);
  const startMs = performance.now();
  played = world.run();
  seconds = (performance.now() - startMs) / 1000;
}
const { events, hops } = played;
console.log(JSON.stringify({ perSecond: hops / seconds, eventsPerHop: events / hops }));
