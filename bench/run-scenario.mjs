/** Loads a scenario once; plays a replication of it as often as asked. */
export function prepareScenario({ diagnostics, load, world }, path, settings) {
  const found = new diagnostics.Diagnostics();
  const options = { scenario: path, manifests: null, overlays: [], settings, cwd: process.cwd(), stdin: () => '' };
  const loaded = load.loadFiles(options, found);
  if (loaded === null)
    throw new Error(
      found
        .sorted()
        .map(({ message }) => message)
        .join('\n'),
    );
  const blueprint = world.drawBlueprint(loaded, found);
  return (replication) => {
    const replica = new world.World(blueprint, replication);
    const startMs = performance.now();
    const { events, hops } = replica.run();
    const seconds = (performance.now() - startMs) / 1000;
    return { eventsPerSecond: events / seconds, hopsPerSecond: hops / seconds, eventsPerHop: events / hops };
  };
}
