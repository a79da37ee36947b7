import { Diagnostics } from '../diagnostics/index.js';
import { type PackedRecording, packRecording } from '../telemetry/index.js';
import { type Blueprint, drawBlueprint, type Loaded, World } from '../world/index.js';
import type { Game } from './ledger.js';
import { SLICE } from './play.js';
import type { Reporting } from './thread-pool.js';

/** What a thread of a crew is asked to play. */
export interface Order extends Game, Reporting {}

/** A replication of a point of a grid, which comes with it. */
export interface GridOrder extends Reporting {
  readonly point: number;
  readonly loaded: Loaded;
  readonly replication: number;
}

const blueprints: Blueprint[] = []; // by variant
let latest: { readonly point: number; readonly blueprint: Blueprint } | null = null;

/** Plays one replication of what the crew was made for, in a thread of its own. */
export function playReplication({ variant, replication, progress }: Order): PackedRecording {
  const variants = process.__tinypool_state__.workerData as readonly Loaded[];
  blueprints[variant] ??= drawBlueprint(variants[variant]!, new Diagnostics());
  return playIn(blueprints[variant], replication, progress);
}

/** Plays one replication of a point. */
export function playPoint({ point, loaded, replication, progress }: GridOrder): PackedRecording {
  if (latest?.point !== point) latest = { point, blueprint: drawBlueprint(loaded, new Diagnostics()) };
  return playIn(latest.blueprint, replication, progress);
}

function playIn(blueprint: Blueprint, replication: number, progress: Reporting['progress']): PackedRecording {
  const world = new World(blueprint, replication);
  world.start();
  while (!world.advance(SLICE)) progress.postMessage(world.progress);
  progress.close();
  return packRecording(world.finish());
}
