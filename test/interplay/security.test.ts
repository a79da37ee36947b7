import { describe } from 'vitest';
import { authorizationPolicy, requestAuthentication, strict } from '../support/security.js';
import { OK } from '../surprises/documents.js';
import { always, ejectingAfter, GRPC, STABLE_AND_CANARY, to } from './documents.js';
import { testInterplays } from './expected.js';

const PLAINTEXT = { tls: { mode: 'DISABLE' } };
const retries = (attempts: number, retryOn: string) => ({ retries: { attempts, retryOn } });
const allowing = (rule: object) => authorizationPolicy({ rules: [rule] });

// istio-envoy-semantics 3.8, 5: policies judge what the caller's proxy sends, and answer as servers do.
describe('security', () => {
  const inMesh = (more: object) => ({ serverSidecar: true, ...more });
  testInterplays([
    {
      what: 'plaintext to STRICT, retried by reset',
      setup: inMesh({ manifests: strict(), policy: PLAINTEXT, http: retries(2, 'reset') }),
      outcome: '503 UC,URX',
      tries: 3,
    },
    {
      what: 'plaintext to STRICT, not by connect-failure',
      setup: inMesh({ manifests: strict(), policy: PLAINTEXT, http: retries(2, 'connect-failure') }),
      outcome: '503 UC',
      tries: 1,
    },
    {
      what: 'plaintext to STRICT ejects',
      setup: inMesh({ manifests: strict(), policy: { ...PLAINTEXT, ...ejectingAfter(5) } }),
      codes: { 503: 10 },
      flags: { UC: 5, UH: 5 },
    },
    {
      what: 'plaintext needs no certificate',
      setup: inMesh({ policy: PLAINTEXT, faults: [{ at: '0s', certificate: { workload: 'caller', expired: true } }] }),
      outcome: '200 -',
    },
    {
      what: 'a denial is retried where its status is listed, and ejects nobody',
      setup: inMesh({ manifests: authorizationPolicy({}), http: retries(2, '403'), policy: ejectingAfter(1) }),
      outcome: '403 URX',
      tries: 3,
    },
    {
      what: 'a denial of gRPC ejects nobody either',
      setup: inMesh({ url: GRPC.url, manifests: GRPC.manifests + authorizationPolicy({}), policy: ejectingAfter(1) }),
      outcome: 'grpc:7 -',
    },
    {
      what: 'a refused token is retried where its status is listed',
      setup: inMesh({
        manifests: requestAuthentication({ jwtRules: [{ issuer: 'i' }] }),
        http: retries(2, '401'),
        traffic: { requests: [{ to: 'http://server/', jwt: { issuer: 'x' } }] },
      }),
      outcome: '401 URX',
      tries: 3,
    },
    {
      what: 'an injected abort comes before any denial',
      setup: inMesh({ manifests: authorizationPolicy({}), http: { fault: { abort: always({ httpStatus: 503 }) } } }),
      outcome: '503 FI',
      tries: 0,
    },
    {
      what: 'a header that the route sets is judged',
      setup: inMesh({
        manifests: allowing({ when: [{ key: 'request.headers[x-role]', values: ['admin'] }] }),
        http: { headers: { request: { set: { 'x-role': 'admin' } } } },
      }),
      outcome: '200 -',
    },
    {
      what: 'the path after the rewrite is judged',
      setup: inMesh({
        manifests: authorizationPolicy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin/*'] } }] }] }),
        http: { match: [{ uri: { prefix: '/x/' } }], rewrite: { uri: '/admin/' } },
        url: 'http://server/x/1',
      }),
      outcome: '403 -',
      tries: 1,
    },
    {
      what: 'the authority after the rewrite is judged',
      setup: inMesh({
        manifests: allowing({ to: [{ operation: { hosts: ['other'] } }] }),
        http: { rewrite: { authority: 'other' } },
      }),
      outcome: '200 -',
    },
    {
      what: 'nobody has a principal in plaintext',
      setup: inMesh({ policy: PLAINTEXT, manifests: allowing({ from: [{ source: { principals: ['*'] } }] }) }),
      outcome: '403 -',
    },
    {
      what: 'nor a namespace, so that all but one lets everybody in',
      setup: inMesh({ policy: PLAINTEXT, manifests: allowing({ from: [{ source: { notNamespaces: ['default'] } }] }) }),
      outcome: '200 -',
    },
    {
      what: 'which under mutual TLS it does not',
      setup: inMesh({ manifests: allowing({ from: [{ source: { notNamespaces: ['default'] } }] }) }),
      outcome: '403 -',
    },
    {
      what: 'what is denied to a mirrored copy is nothing to the original',
      setup: {
        ...STABLE_AND_CANARY,
        manifests: STABLE_AND_CANARY.manifests + authorizationPolicy({ selector: { matchLabels: { kind: 'canary' } } }),
        workloads: { stable: OK, canary: OK },
        http: [{ route: [to('stable')], mirror: to('canary').destination }],
      },
      outcome: '200 -',
    },
  ]);
});
