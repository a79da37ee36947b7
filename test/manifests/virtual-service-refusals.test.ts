import { expect, test } from 'vitest';
import { found, istio, marked, routed, rule } from './support.js';

// Istio 1.32, pkg/config/validation: what the API server and the webhook refuse (!) and warn of. The mark at the end of
// a line is all that may be found, and there.
const ROWS: Readonly<Record<string, string>> = {
  'a plain rule': rule('  - route: [{ destination: { host: a } }]'),
  'no rules': istio('VirtualService', '  hosts: [a] # IST0106!'),
  'a rule without action': rule('  - name: nothing # IST0106!'),
  'route beside redirect': routed('    redirect: { uri: /x } # IST0106!'),
  'timeout without unit': routed('    timeout: 2 seconds # IST0106!'),
  'timeout of 0s': routed('    timeout: 0s # IST0106!'),
  'timeout below 1 ms': routed('    timeout: 500us # IST0106!'),
  'timeout in fractions of a millisecond': routed('    timeout: 1.5ms # IST0106!'),
  'negative timeout': routed('    timeout: -1s # IST0106!'),
  'timeout that is a number': routed('    timeout: 5 # IST0106!'),
  'unknown field': routed('    timeuot: 5s # unknown-field!'),
  'negative attempts': routed('    retries:\n      attempts: -1 # IST0106!'),
  'attempts 0 with retryOn': routed('    retries:\n      attempts: 0\n      retryOn: 5xx # IST0106!'),
  'no attempts with perTryTimeout': routed('    retries:\n      perTryTimeout: 1s # IST0106!'),
  'attempts 0 with retryRemoteLocalities, even false': routed(
    '    retries:\n      attempts: 0\n      retryRemoteLocalities: false # IST0106!',
  ),
  'attempts 0 with an empty retryOn': routed('    retries: { attempts: 0, retryOn: "" }'),
  'attempts 0 with back-off alone': routed('    retries: { attempts: 0, backoff: 10ms }'),
  'retryOn with a blank': routed('    retries:\n      attempts: 1\n      retryOn: 5xx, reset # IST0106!'),
  'retryOn with an unknown word': routed('    retries:\n      attempts: 1\n      retryOn: 6xx # IST0106!'),
  'retryOn with a named status': routed('    retries: { attempts: 1, retryOn: "503" }'),
  'retryOn with an unnamed status': routed('    retries:\n      attempts: 1\n      retryOn: "599" # IST0106!'),
  'empty fault': routed('    fault: {} # IST0106!'),
  'abort of 199': routed(
    '    fault:\n      abort:\n        httpStatus: 199 # IST0106!\n        percentage: { value: 1 }',
  ),
  'a header that steers retries': routed(
    '    headers:\n      request:\n        set:\n          X-Envoy-Max-Retries: "9" # not-modelled\n      response:\n        set:\n          x-envoy-max-retries: "9"',
  ),
  'abort of 600 slips through, to be told all the same': routed(
    '    fault:\n      abort:\n        percentage: { value: 1 }\n        httpStatus: 600 # routes-rejected',
  ),
  'unknown gRPC status': routed('    fault:\n      abort:\n        grpcStatus: OOPS # IST0106!'),
  'an HTTP/2 error': routed('    fault:\n      abort:\n        http2Error: REFUSED_STREAM # IST0106!'),
  'two kinds of abort': routed('    fault:\n      abort: { httpStatus: 500, grpcStatus: OK } # IST0106!'),
  'fault of 0.00001 %': routed(
    '    fault:\n      delay:\n        fixedDelay: 1s\n        percentage:\n          value: 0.00001 # IST0106!',
  ),
  'fault of 0 %': routed('    fault: { delay: { fixedDelay: 1s, percentage: { value: 0 } } }'),
  'fault of 101 %': routed(
    '    fault:\n      delay:\n        fixedDelay: 1s\n        percentage:\n          value: 101 # IST0106!',
  ),
  'delay.percent': routed('    fault:\n      delay:\n        fixedDelay: 1s\n        percent: 10 # IST0002'),
  'exponential delay': routed('    fault:\n      delay:\n        exponentialDelay: 1s # IST0106!'),
  'mirror beside mirrors': routed('    mirrors: [{ destination: { host: a } }]\n    mirror: { host: a } # IST0106!'),
  'mirrorPercentage above 100': routed('    mirror: { host: a }\n    mirrorPercentage:\n      value: 101 # IST0106!'),
  mirrorPercent: routed('    mirror: { host: a }\n    mirrorPercent: 50 # IST0133'),
  'rewrite of nothing': routed('    rewrite: {} # IST0106!'),
  'rewrite in two ways': routed(
    '    rewrite:\n      uri: /x # IST0106!\n      uriRegexRewrite: { match: a, rewrite: b }',
  ),
  'redirect with fault': rule('  - redirect: { uri: /x }\n    fault: { abort: { httpStatus: 500 } } # IST0106!'),
  'redirect to nowhere': rule('  - redirect: {} # IST0106!'),
  'redirect with 200': rule('  - redirect:\n      uri: /x\n      redirectCode: 200 # IST0106!'),
  'direct response of 199': rule('  - directResponse:\n      status: 199 # IST0106!'),
  'header value that does not end': routed('    headers:\n      request:\n        set:\n          x: "50%" # IST0106!'),
  'pseudo-header': routed('    headers:\n      response:\n        set:\n          ":status": "1" # IST0106!'),
  'regex that RE2 refuses': routed('    match:\n    - uri:\n        regex: "(?=a)" # IST0106!'),
  'regex of 1025 characters': routed(`    match:\n    - uri:\n        regex: "${'a'.repeat(1025)}" # IST0106!`),
  // Recorded in validation/istiod/refusals-virtual-service.
  'empty exact': routed('    match: [{ uri: { exact: "" } }]'),
  'match on no header name': routed('    match:\n    - headers:\n        "x y": { exact: a } # IST0106!'),
  'host added': routed('    headers: { request: { add: { Host: x } } }'),
  'host added beside a rewrite': routed(
    '    headers: { request: { add: { Host: x } } }\n    rewrite:\n      authority: y # IST0106!',
  ),
  'host set and added': routed(
    '    headers:\n      request: # IST0106!\n        set: { Host: x }\n        add: { ":authority": y }',
  ),
  'matches on pseudo-headers': routed(
    '    match: [{ headers: { ":method": { exact: GET }, ":path": { prefix: /a } }, withoutHeaders: { ":status": {} } }]',
  ),
  'match on no pseudo-header': routed('    match:\n    - headers:\n        ":x": { exact: a } # IST0106!'),
  'match on a pseudo-header in another case': routed(
    '    match:\n    - withoutHeaders:\n        ":Method": { exact: GET } # IST0106!',
  ),
  'host removed': routed('    headers:\n      request:\n        remove:\n        - Host # IST0106!'),
  'empty uri prefix': routed('    match: [{ uri: { prefix: "" } }]'),
  'exact and prefix': routed('    match:\n    - uri: { exact: /a, prefix: /b } # IST0106!'),
  'header match of null': routed('    match:\n    - headers:\n        x: # IST0106!'),
  'header match of {}': routed('    match: [{ headers: { x: {} } }]'),
  'claim match without a gateway': routed(
    '    match:\n    - headers:\n        "@request.auth.claims.x": { exact: a } # IST0106!',
  ),
  'claim match without a name': routed(
    '    match:\n    - headers:\n        "@request.auth.claims": { exact: a } # IST0106!',
  ),
  'no destination host': rule('  - route:\n    - destination: { host: "" } # IST0106!'),
  'destination *': rule('  - route:\n    - destination:\n        host: "*" # IST0106!'),
  'destination with _': rule('  - route:\n    - destination:\n        host: a_b # IST0101 IST0106!'),
  'port 0': rule('  - route:\n    - destination:\n        host: a\n        port:\n          number: 0 # IST0106!'),
  'port 65536': rule(
    '  - route:\n    - destination:\n        host: a\n        port:\n          number: 65536 # IST0106!',
  ),
  'negative weight': rule('  - route:\n    - destination: { host: a }\n      weight: -1 # IST0106!'),
  'weights that add to 0': rule(
    '  - name: r\n    route: # IST0106!\n    - destination: { host: a }\n    - destination: { host: b }',
  ),
  'one weight of 0': rule('  - route: [{ destination: { host: a }, weight: 0 }]'),
  '* on the mesh': istio(
    'VirtualService',
    '  hosts:\n  - "*" # IST0106!\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'host twice': istio(
    'VirtualService',
    '  hosts:\n  - a\n  - a # IST0106!\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'gateway misnamed': istio(
    'VirtualService',
    '  hosts: [a]\n  gateways:\n  - gw\n  - a/b/c # IST0101 IST0106!\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'gateway as FQDN': istio(
    'VirtualService',
    '  hosts: [a]\n  gateways:\n  - gw.default.svc.cluster.local # IST0133\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'delegate with route': rule(
    '  - delegate: { name: y } # delegate-not-found\n    route: [{ destination: { host: a } }] # IST0106!',
  ),
  'exportTo twice': istio(
    'VirtualService',
    '  hosts: [a]\n  exportTo:\n  - "."\n  - "." # IST0106!\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'exportTo * beside others': istio(
    'VirtualService',
    '  hosts: [a]\n  exportTo:\n  - "." \n  - "*" # IST0106!\n  http: [{ route: [{ destination: { host: a } }] }]',
  ),
  'tls match without SNI': istio(
    'VirtualService',
    '  hosts: [a]\n  tls:\n  - match:\n    - port: 443 # IST0106!\n    route: [{ destination: { host: a } }]',
  ),
  'SNI host outside the hosts': istio(
    'VirtualService',
    '  hosts: [a]\n  tls:\n  - match:\n    - sniHosts:\n      - b.com # IST0106!\n    route: [{ destination: { host: a } }]',
  ),
  'http that is a mapping': istio('VirtualService', '  hosts: [a] # IST0106!\n  http: { } # IST0106!'),
  'a null rule': istio(
    'VirtualService',
    '  hosts: [a]\n  http:\n  - route: [{ destination: { host: a } }]\n  - # IST0106!',
  ),
  'a spec that is a text':
    'apiVersion: networking.istio.io/v1 # IST0106!\nkind: VirtualService\nmetadata: { name: x }\nspec: hello # IST0106!',
  'unknown version': routed('').replace('/v1', '/v2 # no-kind!'),
};

test.each(Object.entries(ROWS))('VirtualService: %s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});
