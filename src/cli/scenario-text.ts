import type { Distribution, Scenario } from '../scenario/index.js';

/** What a scenario says of the platform, the network and the run, every default filled in. */
export function scenarioText({ name, platform, network, run }: Scenario): string {
  const { istioVersion, proxyCost, nodes, endpointDelayMs, nodeLostMs } = platform;
  const lines = [
    ['scenario', name],
    ['istioVersion', istioVersion.join('.')],
    ['proxyCost', `${proxyCost.preset} (${proxyCost.source})`],
    ['nodes', `${nodes.cpu} cores, zones ${nodes.zones.join(', ')}`],
    ['endpointDelay', time(endpointDelayMs)],
    ['nodeLost', time(nodeLostMs)],
    ['network', `${spread(network.sameZone)} in a zone, ${spread(network.crossZone)} between zones,`],
    ['', `${spread(network.crossRegion)} between regions, one way`],
    ['run', `duration ${time(run.durationMs)}, warmup ${time(run.warmupMs)}, drain ${time(run.drainMs)}`],
    ['', `seed ${run.seed}, ${run.replications} replications, at most ${run.maxInFlight} requests in flight`],
  ];
  return `${lines.map(([label, text]) => `${label!.padEnd(15)}${text}`).join('\n')}\n`;
}

function time(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}

function spread(distribution: Distribution): string {
  return distribution.kind === 'constant' ? time(distribution.ms) : `${distribution.kind} distribution`;
}
