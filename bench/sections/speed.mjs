import { HOLD, here, onOneCore, PLAY } from '../processes.mjs';
import { spread } from '../spread.mjs';

const HOLD_EVENTS = 3_000_000;
const PENDINGS = [10, 1_000, 100_000];

/** Scenario, settings, the references' name of the model and its sizes; a model without has no reference. */
const MODELS = [
  {
    name: 'M/M/1',
    unit: 'customers/s',
    play: ['scenarios/mm1.yaml', 'run.duration=4h'],
    reference: 'mm1',
    sizes: { 'C++': 10_000_000, 'plain JavaScript': 5_000_000, SimPy: 100_000, Ciw: 50_000, 'Happy Simulator': 30_000 },
  },
  {
    name: 'M/M/4, a timeout each',
    unit: 'customers/s',
    play: ['scenarios/mm4-timeouts.yaml', 'run.duration=1h'],
    reference: 'mm4',
    sizes: { 'C++': 5_000_000, 'plain JavaScript': 3_000_000, SimPy: 50_000, Ciw: 50_000, 'Happy Simulator': 20_000 },
  },
  {
    name: 'four-tier chain, no proxies',
    unit: 'hops/s',
    play: ['scenarios/bare-chain.yaml', 'run.duration=1200s'],
    reference: 'chain',
    sizes: { 'C++': 2_000_000, 'plain JavaScript': 1_000_000, SimPy: 20_000, 'Happy Simulator': 5_000 },
  },
  {
    name: 'four-tier chain, both sidecars',
    unit: 'hops/s',
    play: ['scenarios/chain.yaml', 'run.duration=600s'],
    reference: 'chain',
    sizes: { 'C++': 2_000_000, 'plain JavaScript': 1_000_000 },
  },
  {
    name: 'bookinfo, full Istio',
    unit: 'hops/s',
    play: ['../scenarios/bookinfo/scenario.yaml', 'run.duration=20m'],
    reference: null,
    sizes: {},
  },
];

/** (a) The event queue against a heap in C++, by the hold model. */
export function* holdModel(rounds, references) {
  for (const pending of PENDINGS) {
    const cpp = references['C++'];
    const others = cpp === undefined ? {} : { 'C++': () => cpp('hold', pending, HOLD_EVENTS) };
    const own = () => onOneCore(process.execPath, HOLD, pending, HOLD_EVENTS);
    yield { name: `hold model, ${pending} pending`, unit: 'events/s', ...inRounds(rounds, own, others) };
  }
}

/** Those that others play too. */
export const COMPARED = MODELS.filter(({ reference }) => reference !== null);

/** (b), (c): models in whole, and the same by others. */
export function* wholeModels(rounds, references, models = MODELS) {
  for (const { name, unit, play, reference, sizes } of models) {
    const [scenario, ...settings] = play;
    const own = () => onOneCore(process.execPath, PLAY, here(scenario), ...settings);
    const others = Object.fromEntries(
      Object.entries(sizes)
        .filter(([by]) => references[by] !== undefined)
        .map(([by, size]) => [by, () => references[by](reference, size)]),
    );
    yield { name, unit, ...inRounds(rounds, own, others) };
  }
}

/** Each round has everyone in turn; a ratio is of one round. */
function inRounds(rounds, own, others) {
  const ours = [];
  const theirs = Object.fromEntries(Object.keys(others).map((by) => [by, []]));
  for (let round = 0; round < rounds; round++) {
    ours.push(own());
    for (const [by, run] of Object.entries(others)) theirs[by].push(run().perSecond);
  }
  const perSecond = ours.map((one) => one.perSecond);
  const { eventsPerHop } = ours[0];
  return {
    perSecond: spread(perSecond),
    ...(eventsPerHop === undefined ? {} : { eventsPerHop }),
    others: Object.entries(theirs).map(([by, speeds]) => ({
      by,
      perSecond: spread(speeds),
      ratio: spread(speeds.map((speed, round) => perSecond[round] / speed)),
    })),
  };
}
