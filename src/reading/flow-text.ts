import { stringify } from 'yaml';

/** A plain value as YAML on one line: `{timeout: 1s, retries: {attempts: 2}}`. */
export function flowText(value: unknown): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false } as const;
  return stringify(value, options).trimEnd();
}
