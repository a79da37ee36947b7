import {
  type DisturbanceSpec,
  type FormerState,
  formerStates,
  isHeld,
  type Judgement,
  type Stability,
  type SustainingLoop,
  stabilityOf,
  sustainingLoop,
} from '../../analysis/index.js';
import { Diagnostics } from '../../diagnostics/index.js';
import { type Disturbance, disturbanceOf } from '../../scenario/index.js';
import { drawBlueprint, type FieldPlaces, type Loaded, NO_FIELDS } from '../../world/index.js';
import { reachOf, trafficSpecs } from '../describe.js';
import { fixed } from '../ledger.js';
import { type PlayOptions, playAll } from '../play-all.js';
import { type Variation, variantOf } from './variant.js';

/** What a variant of a scenario does after its faults. */
export interface Probed extends Judgement {
  readonly each: Stability['each'];
  /** By source; null: it has sent too little to tell. */
  readonly former: readonly (FormerState | null)[];
  /** Null: it recovered, or counters do not tell. */
  readonly loop: SustainingLoop | null;
}

/** What is probed, and how it is played; `threads` gives what is played by others in these probes. */
export interface ProbeOptions extends Omit<PlayOptions, 'recruit'> {
  readonly recruit: (variant: Loaded) => PlayOptions['recruit'];
  /** As for `describe`. */
  readonly fields?: FieldPlaces;
}

/** More time of the same does not change what was so before the faults. */
const isSettledBefore = ({ reason }: Probed) => reason === 'failingBefore';

/** At length it is played for so many times as long after the faults. */
const PATIENCE = 4;

/** At length where it is asked for, or where a short look leaves it undecided. Null: it was interrupted. */
export async function probe(
  loaded: Loaded,
  disturbance: Disturbance,
  { isLong, ...factors }: Omit<Variation, 'patience'> & { readonly isLong: boolean },
  options: ProbeOptions,
): Promise<Probed | null> {
  const seenFor = (patience: number) => probeFor(variantOf(loaded, disturbance, { ...factors, patience }), options);
  if (isLong) return seenFor(PATIENCE);
  const soon = await seenFor(1);
  return soon?.verdict === 'undecided' && !isSettledBefore(soon) ? seenFor(PATIENCE) : soon;
}

async function probeFor(variant: Loaded, options: ProbeOptions): Promise<Probed | null> {
  const blueprint = drawBlueprint(variant, new Diagnostics()); // what it finds has been told
  const { scenario } = blueprint;
  const extent = fixed(scenario.run.replications);
  const { recordings, first, interrupted } = await playAll([blueprint], extent, {
    ...options,
    recruit: options.recruit(variant),
  });
  if (interrupted) return null;
  const around: DisturbanceSpec = disturbanceOf(scenario)!;
  const traffic = trafficSpecs(scenario);
  const { verdict, afterSeconds, reason, each } = stabilityOf(recordings[0]!, traffic, around);
  return {
    verdict,
    afterSeconds,
    reason,
    each,
    former: formerStates(recordings[0]!, traffic, around),
    loop: isHeld(verdict)
      ? sustainingLoop(
          recordings[0]!,
          around,
          reachOf({ world: first, blueprint, fields: options.fields ?? NO_FIELDS }),
        )
      : null,
  };
}
