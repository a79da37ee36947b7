import {
  DestinationRule,
  Gateway,
  ServiceEntry,
  Sidecar,
  VirtualService,
  WorkloadEntry,
  WorkloadGroup,
} from '@kubernetes-models/istio/networking.istio.io/v1';
import { EnvoyFilter } from '@kubernetes-models/istio/networking.istio.io/v1alpha3';
import { ProxyConfig } from '@kubernetes-models/istio/networking.istio.io/v1beta1';
import {
  AuthorizationPolicy,
  PeerAuthentication,
  RequestAuthentication,
} from '@kubernetes-models/istio/security.istio.io/v1';
import { Telemetry } from '@kubernetes-models/istio/telemetry.istio.io/v1';
import type { PathStep, Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import type { Spot } from '../locate.js';
import { locate, pathOf } from '../locate.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import type { Resource } from '../resource.js';
import { SCHEMA_ERROR } from './codes.js';

/** What ajv says of one node; the packaged validators throw a list of these. */
interface Violation {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

const NETWORKING = { group: 'networking.istio.io', versions: ['v1', 'v1beta1', 'v1alpha3'] } as const;
const SECURITY = { group: 'security.istio.io', versions: ['v1', 'v1beta1'] } as const;

/** Schemas by kind; all versions of a kind share one, that of the first. */
const KINDS = {
  AuthorizationPolicy: { ...SECURITY, model: AuthorizationPolicy },
  DestinationRule: { ...NETWORKING, model: DestinationRule },
  EnvoyFilter: { ...NETWORKING, versions: ['v1alpha3'], model: EnvoyFilter },
  Gateway: { ...NETWORKING, model: Gateway },
  PeerAuthentication: { ...SECURITY, model: PeerAuthentication },
  ProxyConfig: { ...NETWORKING, versions: ['v1beta1'], model: ProxyConfig },
  RequestAuthentication: { ...SECURITY, model: RequestAuthentication },
  ServiceEntry: { ...NETWORKING, model: ServiceEntry },
  Sidecar: { ...NETWORKING, model: Sidecar },
  Telemetry: { group: 'telemetry.istio.io', versions: ['v1', 'v1alpha1'], model: Telemetry },
  VirtualService: { ...NETWORKING, model: VirtualService },
  WorkloadEntry: { ...NETWORKING, model: WorkloadEntry },
  WorkloadGroup: { ...NETWORKING, model: WorkloadGroup },
} as const;

export type IstioKind = keyof typeof KINDS;

/** The kind of the resource if it is one of Istio's that are read, else null. */
export function istioKind({ group, kind }: Resource): IstioKind | null {
  return Object.hasOwn(KINDS, kind) && KINDS[kind as IstioKind].group === group ? (kind as IstioKind) : null;
}

/** Reports what is wrong with the resource as such: its version, its outermost fields, and what its schema refuses. */
export function checkResource(resource: Resource, kind: IstioKind): void {
  const { section, version } = resource;
  const { group, versions } = KINDS[kind];
  if (!(versions as readonly string[]).includes(version)) {
    const what = `there is no ${kind} in ${quote(`${group}/${version}`)}`;
    section.refuse('no-kind', what, `write one of ${versions.join(', ')}`, 'apiVersion');
  }
  section.account(OBJECT_FIELDS);
  checkSchema(resource, kind);
}

/** Reports what the CRD's OpenAPI schema refuses: wrong types, unknown words, missing fields, members of one choice. */
function checkSchema({ section }: Resource, kind: IstioKind): void {
  for (const [instancePath, violations] of byNode(violationsOf(section.raw() as object, kind))) {
    const steps = stepsOf(instancePath);
    const path = pathOf('', steps) || kind;
    for (const violation of essential(violations)) report(locate(section, steps), path, violation);
  }
}

/** The same for a part of such an object that stands elsewhere. `wrap` makes an object of it, in which it is at `under`. */
export function checkPart(
  part: Section,
  kind: IstioKind,
  under: string,
  wrap: (part: unknown) => { readonly spec: unknown },
): void {
  const object = { kind, metadata: { name: 'part' }, ...wrap(part.raw()) };
  for (const [instancePath, violations] of byNode(violationsOf(object, kind))) {
    if (!instancePath.startsWith(under)) continue;
    const steps = stepsOf(instancePath.slice(under.length));
    const path = pathOf(part.path, steps);
    for (const violation of essential(violations)) report(locate(part, steps), path, violation);
  }
}

/** The object is not made a model of, which copies it: a key `__proto__` or `validate` would be taken for the model's. */
function violationsOf(written: object, kind: IstioKind): readonly Violation[] {
  const { group, versions, model } = KINDS[kind];
  const object = { ...written, apiVersion: `${group}/${versions[0]}` };
  try {
    model.prototype.validate.call(object as never);
    return [];
  } catch (error) {
    return (error as { readonly errors: readonly Violation[] }).errors;
  }
}

function byNode(violations: readonly Violation[]): ReadonlyMap<string, readonly Violation[]> {
  const groups = new Map<string, Violation[]>();
  for (const violation of violations) {
    groups.set(violation.instancePath, [...(groups.get(violation.instancePath) ?? []), violation]);
  }
  return groups;
}

/** A JSON pointer's steps; one of digits alone is taken for an index. */
function stepsOf(instancePath: string): readonly PathStep[] {
  const parts = instancePath.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** A choice that is made twice gives `not`, `oneOf` and `required` of every member: one finding says it. */
function essential(violations: readonly Violation[]): readonly Violation[] {
  const wrongType = violations.filter(({ keyword }) => keyword === 'type');
  if (wrongType.length > 0) return wrongType;
  const choice = violations.find(({ keyword }) => keyword === 'oneOf');
  return choice === undefined ? violations : [choice];
}

function report(spot: Spot, path: string, { keyword, params, message }: Violation): void {
  const refuse = (what: string, help: string) => spot.refuse(SCHEMA_ERROR, `${path} ${what}`, help);
  if (keyword === 'type') {
    refuse(`is not of type ${params.type}`, `write ${TYPE_HELP.get(String(params.type)) ?? 'another value'}`);
  } else if (keyword === 'required') {
    refuse(`has no ${params.missingProperty}`, `add '${params.missingProperty}: ...'`);
  } else if (keyword === 'enum') {
    const words = (params.allowedValues as readonly unknown[]).map(String);
    refuse(`is not one of ${words.join(', ')}`, 'write one of these words');
  } else if (keyword === 'oneOf') {
    refuse('has several fields that exclude each other', 'keep one of them');
  } else refuse(message ?? 'breaks the schema', 'write a value that the schema allows');
}

const TYPE_HELP: ReadonlyMap<string, string> = new Map([
  ['string', 'a text; put numbers and true or false in quotes'],
  ['integer', 'a whole number without quotes or unit'],
  ['number', 'a number without quotes or unit'],
  ['boolean', 'true or false without quotes'],
  ['object', "a mapping: 'key: value' lines"],
  ['array', "a list: '- ...' lines, or [a, b]"],
]);
