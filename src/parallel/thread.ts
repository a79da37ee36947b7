import type { MessagePort } from 'node:worker_threads';
import { Diagnostics } from '../diagnostics/index.js';
import { type PackedRecording, packRecording } from '../telemetry/index.js';
import { type Blueprint, drawBlueprint, type Loaded, World } from '../world/index.js';
import { SLICE } from './play.js';

/** What a thread of a crew is asked to play. */
export interface Order {
  readonly replication: number;
  /** Is told how much is done, 0..1. */
  readonly progress: MessagePort;
}

let blueprint: Blueprint | null = null;

/** Plays one replication of what the crew was made for, in a thread of its own. */
export function playReplication({ replication, progress }: Order): PackedRecording {
  blueprint ??= drawBlueprint(process.__tinypool_state__.workerData as Loaded, new Diagnostics());
  const world = new World(blueprint, replication);
  world.start();
  while (!world.advance(SLICE)) progress.postMessage(world.progress);
  progress.close();
  return packRecording(world.finish());
}
