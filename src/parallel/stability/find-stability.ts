import {
  type FormerState,
  isHeld,
  type StabilityAxis,
  type StabilityDocument,
  type StabilityProbe,
  type StabilityVerdict,
  type Threshold,
  thresholdEstimate,
} from '../../analysis/index.js';
import type { Diagnostic } from '../../diagnostics/index.js';
import { type Disturbance, loadAt, type Scenario } from '../../scenario/index.js';
import type { Loaded } from '../../world/index.js';
import { type Probed, type ProbeOptions, probe } from './probe.js';
import { bracketOf, type Outcome, type SearchRange, searchThreshold } from './search.js';

const RANGES: Readonly<Record<StabilityAxis, SearchRange>> = {
  load: { least: 1 / 16, greatest: 16 },
  faultLength: { least: 1 / 64, greatest: 8 },
};
/** A former state is another one than under the load as written: more of the requests fail, */
const OVERLOAD_FAILS = 0.05;
/** or half of them take so many times as long. */
const OVERLOAD_SLOWER = 10;
/** A search takes about so many probes: for progress alone. */
const USUAL_PROBES = 20;

export interface FindOptions extends ProbeOptions {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Each probe, when it has been played. */
  readonly onProbe: (probe: StabilityProbe) => void;
}

/**
 * Whether the mesh recovers from its faults as written, and from which load and which length of the faults on it does
 * not. Interrupted it gives what it has found by then; null: nothing.
 */
export async function findStability(
  loaded: Loaded,
  disturbance: Disturbance,
  options: FindOptions,
): Promise<StabilityDocument | null> {
  const { scenario } = loaded;
  const probes: StabilityProbe[] = [];
  const played: { readonly told: StabilityProbe; readonly probed: Probed }[] = [];
  const onProgress = (share: number) => {
    options.onProgress((probes.length + share) / Math.max(USUAL_PROBES, probes.length + 2));
  };
  const play = (factors: Partial<Record<StabilityAxis, number>>, isLong: boolean) =>
    probe(loaded, disturbance, { load: 1, faultLength: 1, ...factors, isLong }, { ...options, onProgress });
  const soon = await play({}, false);
  const written = soon !== null && isHeld(soon.verdict) ? await play({}, true) : soon;
  if (written === null) return null;
  const tell = (axis: StabilityAxis, factor: number, probed: Probed): StabilityProbe => {
    const told = toldOf(axis, factor, probed, written);
    probes.push(told);
    played.push({ told, probed });
    options.onProbe(told);
    return told;
  };
  const search = async (axis: StabilityAxis): Promise<Threshold | null> => {
    const found = await searchThreshold(RANGES[axis], async (factor, isLong) => {
      if (factor === 1 && isLong) return outcomeOf(written); // it has been looked at for long already
      const probed = factor === 1 ? written : await play({ [axis]: factor }, isLong);
      return probed && outcomeOf(tell(axis, factor, probed));
    });
    if (found === null) return null;
    const atThreshold = probes.findLast((each) => each.axis === axis && each.factor === found.failsFrom);
    const { least, greatest } = RANGES[axis];
    const own = played.filter(({ told }) => told.axis === axis);
    const outcomesOf = (replication: number) =>
      own.map(({ told: { factor, isOverload }, probed }): [number, Outcome] => [
        factor,
        outcomeOf({ verdict: probed.each[replication]!.verdict, isOverload }),
      ]);
    const brackets = written.each.map((_, replication) => bracketOf(new Map(outcomesOf(replication))));
    const isOverload = atThreshold?.isOverload ?? false;
    return { ...thresholdEstimate(brackets), ...found, searched: [least, greatest], isOverload };
  };
  const load = await search('load');
  const faultLength = load === null ? null : await search('faultLength');
  const heldAt = ([axis, found]: readonly [StabilityAxis, Threshold | null]) =>
    played.findLast(({ told }) => told.axis === axis && told.factor === found?.failsFrom)?.probed.loop ?? null;
  return {
    schema: 'drymesh.dev/stability/v1',
    drymesh: { version: options.version },
    scenario: { name: scenario.name },
    seed: scenario.run.seed,
    replications: scenario.run.replications,
    complete: !options.diagnostics.some(({ code }) => code === 'not-modelled'),
    asWritten: { verdict: written.verdict, afterSeconds: written.afterSeconds, reason: written.reason },
    sources: sourcesOf(scenario, disturbance),
    faultSeconds: (disturbance.lastMs - disturbance.firstMs) / 1000,
    load,
    faultLength,
    loop: written.loop ?? heldAt(['load', load]) ?? heldAt(['faultLength', faultLength]),
    probes,
    diagnostics: options.diagnostics,
  };
}

function outcomeOf({
  verdict,
  isOverload = false,
}: Pick<StabilityProbe, 'verdict'> & { readonly isOverload?: boolean }): Outcome {
  if (isOverload || isHeld(verdict)) return 'fails';
  return verdict === 'recovered' ? 'recovers' : 'unknown';
}

function toldOf(axis: StabilityAxis, factor: number, probed: Probed, written: Probed): StabilityProbe {
  const { verdict, afterSeconds, reason, each, former } = probed;
  const count = (wanted: StabilityVerdict) => each.filter((one) => one.verdict === wanted).length;
  return {
    axis,
    factor,
    verdict,
    afterSeconds,
    replications: {
      recovered: count('recovered'),
      degraded: count('degraded'),
      down: count('down'),
      undecided: count('undecided'),
    },
    isOverload: reason === 'failingBefore' || former.some((state, i) => isOverload(state, written.former[i]!)),
  };
}

function isOverload(state: FormerState | null, written: FormerState | null): boolean {
  if (state === null || written === null) return false;
  const fails = written.successRatio - state.successRatio;
  return fails > OVERLOAD_FAILS || state.p50Ms > OVERLOAD_SLOWER * written.p50Ms;
}

function sourcesOf({ traffic }: Scenario, { firstMs }: Disturbance): StabilityDocument['sources'] {
  return traffic.flatMap(({ name, load }) => {
    const size = loadAt(load, firstMs);
    return size === null
      ? []
      : { name, kind: load.kind === 'closed' ? ('closed' as const) : ('open' as const), load: size };
  });
}
