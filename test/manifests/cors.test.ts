import { expect, test } from 'vitest';
import { found, load, OPTIONS, routed, rule } from './support.js';

// Istio 1.31, pkg/config/validation/validation.go, validateCORSPolicy.

const cors = (fields: string) => routed(`    corsPolicy: { ${fields} }`);

const FINDINGS: { fields: string; finds: string[] }[] = [
  { fields: 'allowOrigins: [{ exact: https://a.com }], allowMethods: [GET, "*"], allowHeaders: ["*", x-a]', finds: [] },
  { fields: 'allowOrigins: [{ exact: "*" }], maxAge: 24h, allowCredentials: true, exposeHeaders: [x]', finds: [] },
  { fields: 'allowOrigin: [a]', finds: ['8: IST0002'] },
  { fields: 'allowOrigins: [{}]', finds: ['8: IST0106!'] },
  { fields: 'allowOrigins: [{ prefix: "" }]', finds: ['8: IST0106!'] },
  { fields: 'allowOrigins: [{ regex: "(" }]', finds: ['8: IST0106!'] },
  { fields: 'allowMethods: [get]', finds: ['8: IST0106!'] },
  { fields: 'allowHeaders: ["a b"]', finds: ['8: IST0106!'] },
  { fields: 'exposeHeaders: [""]', finds: ['8: IST0106!'] },
  { fields: 'maxAge: 1500ms', finds: ['8: IST0106!'] },
  { fields: 'maxAge: soon', finds: ['8: IST0106!'] },
  { fields: 'allowOrigns: []', finds: ['8: unknown-field!'] },
  { fields: 'unmatchedPreflights: DROP', finds: ['8: IST0106!'] },
];

test.each(FINDINGS)('$fields', ({ fields, finds }) => {
  expect(found(cors(fields))).toEqual(finds);
});

test('what is kept, and what an older istiod never sees', () => {
  const policy = (text: string, options = OPTIONS) => load(text, options).mesh.routeSets[0]!.http[0]!.cors;
  const text = cors('allowOrigins: [{ exact: a }, { prefix: b }], unmatchedPreflights: IGNORE');
  const allowOrigins = [
    { kind: 'exact', value: 'a' },
    { kind: 'prefix', value: 'b' },
  ];
  expect(policy(text)).toMatchObject({ allowOrigins, forwardsUnmatched: false, origin: { line: 8 } });
  const older = { ...OPTIONS, istioVersion: [1, 22] } as const;
  expect(policy(text, older)).toMatchObject({ forwardsUnmatched: true });
  expect(found(text, undefined, older)).toEqual(['8: field-too-new']);
  expect(policy(rule('  - route: [{ destination: { host: a } }]'))).toBeNull();
});
