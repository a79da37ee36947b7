import type { MessagePort } from 'node:worker_threads';
import { Diagnostics } from '../diagnostics/index.js';
import { type PackedRecording, packRecording } from '../telemetry/index.js';
import { type Blueprint, drawBlueprint, type Loaded, World } from '../world/index.js';
import type { Game } from './ledger.js';
import { SLICE } from './play.js';

/** What a thread of a crew is asked to play. */
export interface Order extends Game {
  /** Is told how much is done, 0..1. */
  readonly progress: MessagePort;
}

const blueprints: Blueprint[] = []; // by variant

/** Plays one replication of what the crew was made for, in a thread of its own. */
export function playReplication({ variant, replication, progress }: Order): PackedRecording {
  const variants = process.__tinypool_state__.workerData as readonly Loaded[];
  blueprints[variant] ??= drawBlueprint(variants[variant]!, new Diagnostics());
  const world = new World(blueprints[variant], replication);
  world.start();
  while (!world.advance(SLICE)) progress.postMessage(world.progress);
  progress.close();
  return packRecording(world.finish());
}
