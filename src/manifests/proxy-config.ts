import { parseDurationMs } from '../diagnostics/index.js';
import type { Accounting, Section } from '../reading/index.js';
import { inEitherCase } from './api-names.js';

/** What is said of proxies, by the mesh, a ProxyConfig or a pod's annotation; null: nothing is said. */
export interface ProxyConfig {
  /** Worker threads; 0: one for each core of the node. */
  readonly concurrency: number | null;
  readonly terminationDrainMs: number | null;
  /** When its pod leaves it works on while there are connections. */
  readonly exitsWhenIdle: boolean | null;
  /** It answers its application's questions for names. */
  readonly capturesDns: boolean | null;
  /** It gives hosts outside addresses by itself. */
  readonly allocatesAddresses: boolean | null;
}

export const NO_PROXY_CONFIG: ProxyConfig = {
  concurrency: null,
  terminationDrainMs: null,
  exitsWhenIdle: null,
  capturesDns: null,
  allocatesAddresses: null,
};

/** Source: Istio 1.31, mesh/v1alpha1/proxy.proto, ProxyConfig. */
const PROXY_CONFIG_FIELDS = {
  availabilityZone: 'no-effect',
  binaryPath: 'no-effect',
  caCertificatesPem: 'no-effect',
  concurrency: 'modelled',
  configPath: 'no-effect',
  connectionSettings: 'not-modelled',
  controlPlaneAuthPolicy: 'no-effect',
  customConfigFile: 'not-modelled',
  discoveryAddress: 'no-effect',
  discoveryRefreshDelay: 'no-effect',
  drainDuration: 'no-effect', // of a hot restart and of listeners that change: neither happens here
  envoyAccessLogService: 'no-effect',
  envoyMetricsService: 'no-effect',
  envoyMetricsServiceAddress: 'no-effect',
  extraStatTags: 'no-effect',
  fileFlushInterval: 'no-effect',
  fileFlushMinSizeKb: 'no-effect',
  gatewayTopology: 'no-effect', // whose address a request has is said by the scenario
  holdApplicationUntilProxyStarts: 'no-effect', // `startup` is until both are ready
  image: 'no-effect',
  interceptionMode: 'no-effect',
  meshId: 'no-effect',
  privateKeyProvider: 'not-modelled',
  proxyAdminPort: 'no-effect',
  proxyBootstrapTemplatePath: 'not-modelled',
  proxyHeaders: 'no-effect',
  proxyMetadata: 'no-effect', // but for VARIABLES
  proxyStatsMatcher: 'no-effect',
  readinessProbe: 'no-effect',
  runtimeValues: 'not-modelled',
  sds: 'no-effect',
  serviceCluster: 'no-effect',
  statNameLength: 'no-effect',
  statsCompression: 'no-effect',
  statsdUdpAddress: 'no-effect',
  statusPort: 'no-effect',
  terminationDrainDuration: 'modelled',
  tracing: 'no-effect', // but for how much, which is reported apart
  tracingServiceName: 'no-effect',
  zipkinAddress: 'no-effect',
} as const satisfies Readonly<Record<string, Accounting>>;

/** Istio's own. Source: Istio 1.31, pilot/pkg/features, PILOT_TRACE_SAMPLING. */
const SAMPLED_PERCENT = 1;
/** Of `proxyMetadata` and its like, what changes what a proxy does. Source: Istio 1.31, pkg/envoy/agent.go, pkg/model/proxy.go. */
const VARIABLES = {
  exitsWhenIdle: 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS',
  capturesDns: 'ISTIO_META_DNS_CAPTURE',
  allocatesAddresses: 'ISTIO_META_DNS_AUTO_ALLOCATE',
} as const;

/** Reads a ProxyConfig; `complain` hears of fields with values that istiod cannot read. istiod ignores unknown fields. */
export function readProxyConfig(written: Section, complain: (key: string) => void): ProxyConfig {
  const config = written.named(inEitherCase(Object.keys(PROXY_CONFIG_FIELDS)));
  config.account(PROXY_CONFIG_FIELDS, 'error');
  const metadata = config.value('proxyMetadata');
  const tracing = config.value('tracing');
  if (tracing?.kind === 'mapping') reportSampling(tracing.asSection()!, 'sampling');
  return {
    concurrency: concurrency(config, complain),
    terminationDrainMs: drainMs(config, complain),
    ...readVariables(metadata?.kind === 'mapping' ? metadata.asSection() : null),
  };
}

/** The environment variables of proxies that change the figures. */
export function readVariables(variables: Section | null): Pick<ProxyConfig, keyof typeof VARIABLES> {
  const isOn = (name: string) => (variables?.has(name) ? variables.raw(name) === 'true' : null);
  return {
    exitsWhenIdle: isOn(VARIABLES.exitsWhenIdle),
    capturesDns: isOn(VARIABLES.capturesDns),
    allocatesAddresses: isOn(VARIABLES.allocatesAddresses),
  };
}

/** Reports that more requests are traced than where the costs of proxies were measured. `key`: per cent, in `tracing`. */
export function reportSampling(tracing: Section, key: string): void {
  const percent = tracing.raw(key);
  if (typeof percent !== 'number' || percent <= SAMPLED_PERCENT) return;
  const what = `what proxies pay for tracing more than ${SAMPLED_PERCENT} % of requests is not modelled`;
  tracing.info('not-modelled', what, `their CPU is that of proxies that trace ${SAMPLED_PERCENT} %`, key);
}

/** What `first` says, and what `then` says where it says nothing. */
export function inherited(first: ProxyConfig, then: ProxyConfig): ProxyConfig {
  return {
    concurrency: first.concurrency ?? then.concurrency,
    terminationDrainMs: first.terminationDrainMs ?? then.terminationDrainMs,
    exitsWhenIdle: first.exitsWhenIdle ?? then.exitsWhenIdle,
    capturesDns: first.capturesDns ?? then.capturesDns,
    allocatesAddresses: first.allocatesAddresses ?? then.allocatesAddresses,
  };
}

function concurrency(config: Section, complain: (key: string) => void): number | null {
  const raw = config.value('concurrency')?.raw();
  if (raw === undefined) return null;
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0) return raw;
  complain('concurrency');
  return null;
}

function drainMs(config: Section, complain: (key: string) => void): number | null {
  const raw = config.value('terminationDrainDuration')?.raw();
  if (raw === undefined) return null;
  const ms = typeof raw === 'string' ? parseDurationMs(raw) : null;
  if (ms === null) complain('terminationDrainDuration');
  return ms;
}
