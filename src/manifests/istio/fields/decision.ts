/**
 * What becomes of a field that is written: `modelled` changes the simulation, `not-modelled` would change a real mesh but
 * not this one (reported with its line), `no-effect` changes nothing that Drymesh measures.
 */
export type Decision = 'modelled' | 'not-modelled' | 'no-effect';

/** A decision on every field of `T`: a field that a newer CRD brings does not compile until someone decides. */
export type Decisions<T> = Readonly<Record<keyof T, Decision>>;

/** The type of the entries of an optional list. */
export type EntryOf<T> = NonNullable<T> extends readonly (infer Entry)[] ? Entry : never;
