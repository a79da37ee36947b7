import { describe, expect, test } from 'vitest';
import { loadFiles } from '../manifests/support.js';
import { corpusFiles, corpusText, withCorpus } from './corpus.js';

const NETWORKING = 'istio/samples/bookinfo/networking';
const BOOKINFO = 'istio/samples/bookinfo/platform/kube/bookinfo.yaml';

function errorsOf(files: readonly string[]): readonly string[] {
  const { diagnostics } = loadFiles(Object.fromEntries(files.map((file) => [file, corpusText(file)])));
  const errors = diagnostics.filter(({ severity, refuses }) => severity === 'error' || refuses);
  return errors.map(({ code, resource, message }) => `${code} ${resource?.kind} ${resource?.name}: ${message}`);
}

/** Subsets of destination-rule-all.yaml whose pods come with other files: istioctl says the same of them. */
const SUBSETS_OF_OTHER_FILES = [
  "IST0173 DestinationRule ratings: no pod of 'ratings.default.svc.cluster.local' has the labels version=v2 of subset 'v2'",
  "IST0173 DestinationRule ratings: no pod of 'ratings.default.svc.cluster.local' has the labels version=v2-mysql of subset 'v2-mysql'",
  "IST0173 DestinationRule ratings: no pod of 'ratings.default.svc.cluster.local' has the labels version=v2-mysql-vm of subset 'v2-mysql-vm'",
  "IST0173 DestinationRule details: no pod of 'details.default.svc.cluster.local' has the labels version=v2 of subset 'v2'",
];

withCorpus(() => {
  const files = [...corpusFiles('istio'), ...corpusFiles('online-boutique')];

  // Alone, a file may refer to what other files hold; that is all that may be wrong with it.
  test.each(files)('%s is refused nothing and lacks nothing but what others hold', (file) => {
    const { diagnostics } = loadFiles({ [file]: corpusText(file) });
    const errors = diagnostics.filter(({ severity, refuses }) => severity === 'error' || refuses);
    expect(errors.filter(({ code }) => code !== 'IST0101')).toEqual([]);
  });

  describe('Bookinfo with its gateway, its DestinationRules and', () => {
    const routes = corpusFiles(NETWORKING).filter((file) => file.includes('/virtual-service-'));
    test.each(routes)('%s', (file) => {
      const all = [BOOKINFO, `${NETWORKING}/bookinfo-gateway.yaml`, `${NETWORKING}/destination-rule-all.yaml`, file];
      expect(errorsOf(all)).toEqual(SUBSETS_OF_OTHER_FILES);
    });
  });

  test('the online boutique as a whole is clean', () => {
    expect(errorsOf(corpusFiles('online-boutique'))).toEqual([]);
  });

  const PAIRS = [
    ['istio/samples/httpbin/httpbin.yaml', 'istio/samples/httpbin/httpbin-gateway.yaml'],
    ['istio/samples/helloworld/helloworld.yaml', 'istio/samples/helloworld/helloworld-gateway.yaml'],
  ];
  test.each(PAIRS)('%s with %s is clean', (...pair) => {
    expect(errorsOf(pair)).toEqual([]);
  });

  test('Bookinfo is six workloads, four services and a gateway', () => {
    const { mesh } = loadFiles({ a: corpusText(BOOKINFO), b: corpusText(`${NETWORKING}/bookinfo-gateway.yaml`) });
    expect(mesh.workloads.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'details-v1 app',
      'ratings-v1 app',
      'reviews-v1 app',
      'reviews-v2 app',
      'reviews-v3 app',
      'productpage-v1 app',
      'istio-ingressgateway gateway',
    ]);
    expect(mesh.services.map(({ name, ports }) => `${name}:${ports[0]!.number} ${ports[0]!.protocol}`)).toEqual([
      'details:9080 http',
      'ratings:9080 http',
      'reviews:9080 http',
      'productpage:9080 http',
      'istio-ingressgateway:80 http2',
    ]);
    expect(mesh.workloads[0]!.serviceAccount).toBe('bookinfo-details');
  });
});
