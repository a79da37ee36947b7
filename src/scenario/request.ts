import type { Place } from '../diagnostics/index.js';
import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import { bytesIn, nameOf, required } from './field-readers.js';
import { FIELDS } from './fields.js';
import { methodIn, ownHeadersIn } from './headers.js';
import { outcomesOf } from './outcome.js';
import { targetOf } from './target.js';
import { tokenOf } from './token.js';
import type { RequestSpec, Target } from './types.js';
import { sharesOf } from './weights.js';

const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/;

/** Reads the mix of a traffic source: `requests`, or `to: URL` alone. */
export function requestsOf(section: Section): RequestSpec[] {
  const [requests, to] = [section.value('requests'), section.value('to')];
  if ((requests === null) === (to === null)) {
    section.refuse('one-of', "traffic needs exactly one of 'requests' and 'to'", 'keep or add one', 'to');
    return [];
  }
  if (requests !== null) return mixOf(requests);
  const target = targetOf(to);
  return target === null ? [] : [bareRequest(to!.place, target)];
}

function mixOf(list: Value): RequestSpec[] {
  const sections = list.asList().flatMap((entry) => entry.asSection() ?? []);
  if (list.kind === 'list' && sections.length === 0) {
    list.refuse('empty-list', 'there is no request to send', "list at least one '{to: URL}'");
  }
  const shares = sharesOf(sections, list);
  const requests = sections.flatMap((section, i) => requestOf(section, i, shares[i]!) ?? []);
  refuseSameNames(list, requests);
  return requests;
}

function requestOf(section: Section, index: number, share: number): RequestSpec | null {
  section.account(FIELDS.request);
  const to = targetOf(required(section, 'to'));
  const sourceIp = section.text('sourceIp');
  if (sourceIp !== null && !IP.test(sourceIp)) {
    section.refuse(
      'bad-address',
      `${quote(sourceIp)} is not an IP address`,
      "write one such as '10.0.0.1'",
      'sourceIp',
    );
  }
  const request = {
    place: section.at(),
    name: nameOf(section.value('name')) ?? `request-${index + 1}`,
    share,
    method: methodIn(section, to?.scheme),
    headers: ownHeadersIn(section, 'headers'),
    sizeBytes: bytesIn(section, 'size', 0),
    expect: outcomesOf(section.value('expect')),
    sourceIp,
    token: tokenOf(section.value('jwt')),
  };
  return to && { ...request, to };
}

function bareRequest(place: Place, to: Target): RequestSpec {
  const method = to.scheme === 'grpc' ? 'POST' : 'GET';
  const bare = { headers: {}, sizeBytes: 0, expect: [], sourceIp: null, token: null };
  return { place, name: 'request-1', share: 1, to, method, ...bare };
}

function refuseSameNames(list: Value, requests: readonly RequestSpec[]): void {
  const seen = new Set<string>();
  const twice = requests.find(({ name }) => seen.has(name) || !seen.add(name));
  if (twice !== undefined) list.refuse('duplicate-name', `two requests are named ${quote(twice.name)}`, 'rename one');
}
