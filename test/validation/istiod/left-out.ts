/**
 * Fields of a recording that Drymesh does not model, each with what must be written in the input for it to be there: the
 * diagnostic `not-modelled` then names it.
 */
const NOT_MODELLED: Readonly<Record<string, readonly string[]>> = {
  keepalive: ['tcpKeepalive'],
  budgetIntervalMs: ['budgetInterval'],
};

/**
 * Fields that change nothing that Drymesh measures (docs/model.md): no answer has headers, and no client keeps cookies.
 * What a listed address listens on is left out by `held`.
 */
const WITHOUT_EFFECT: readonly string[] = ['responseHeaders', 'body', 'cookiePath', 'cookieTtlMs'];

/** Reads a recording without the fields that are left out; `found`: of those that need a diagnostic, what it must name. */
export function readModelled<T>(json: string): {
  readonly recording: T;
  readonly found: readonly (readonly string[])[];
} {
  const found = new Set<string>();
  const recording = JSON.parse(json, (key, value: unknown) => {
    if (!Object.hasOwn(NOT_MODELLED, key)) return WITHOUT_EFFECT.includes(key) ? undefined : value;
    found.add(key);
    return undefined;
  }) as T;
  return { recording, found: [...found].map((key) => NOT_MODELLED[key]!) };
}
