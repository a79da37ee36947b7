/** What the translation of a field may hang on beside the field itself. */
export interface Context {
  /** Of the resource: short names mean services there. */
  readonly namespace: string;
  /** `[1, 31]`. */
  readonly istioVersion: Version;
  /** Whether a field that nobody knows makes the input unusable (default), or is passed over by istiod. */
  readonly unknownFields?: 'refuse' | 'error';
}

/** The same for a rule of a VirtualService. */
export interface RuleContext extends Context {
  /** The VirtualService has no hosts. */
  readonly isDelegate: boolean;
  /** It names a gateway, where tokens can be checked before routing. */
  readonly isAtGateway: boolean;
}

export type Version = readonly [major: number, minor: number];

export function isBefore(version: Version, since: Version): boolean {
  return version[0] < since[0] || (version[0] === since[0] && version[1] < since[1]);
}
