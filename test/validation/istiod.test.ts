import { expect, test } from 'vitest';
import { held } from './istiod/held.js';
import { describeRecorded } from './istiod/recorded-case.js';

/** What a real istiod sends to the proxies of some meshes, and what Drymesh says of them: see validation/istiod. */
const ASPECTS = ['http', 'tcp', 'policies', 'clusters', 'inbound', 'endpoints'] as const;

describeRecorded(({ recording, unmodelled, diagnostics, proxies }) => {
  test('refuses the same', () => {
    const refused = diagnostics.filter(({ refuses }) => refuses);
    const names = refused.map(({ resource }) => `${resource?.kind} ${resource?.name}`);
    expect([...new Set(names)].sort()).toEqual(recording.refused);
  });

  test('says what it does not model', () => {
    const said = diagnostics.filter(({ code }) => code === 'not-modelled').map(({ message }) => message);
    const isSaid = (names: readonly string[]) => said.some((message) => names.some((word) => message.includes(word)));
    expect(unmodelled.filter((names) => !isSaid(names))).toEqual([]);
  });

  for (const { caller, projection } of proxies) {
    const expected = held(recording, caller, projection.addresses(), (name) => projection.isTcp(name));
    test.each(ASPECTS)(`${caller}: %s`, (aspect) => {
      expect(projection[aspect]()).toEqual(expected[aspect]);
    });
  }
});
