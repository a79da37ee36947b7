import type { RouteAction } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { account } from './account.js';
import { refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { BODY_FIELDS, DIRECT_RESPONSE_FIELDS } from './fields/virtual-service.js';
import { number, section, text } from './read.js';

const BODY_BYTES_MAX = 1024 * 1024;
const BODY_BYTES_WARNED = 100 * 1024;

/** `directResponse` of a rule. Source: Istio 1.32, pkg/config/validation, validateHTTPDirectResponse. */
export function translateDirectResponse(rule: Section, context: Context): RouteAction | null {
  const response = section(rule, 'directResponse');
  if (response === null) return null;
  account(response, DIRECT_RESPONSE_FIELDS, context);
  const status = number(response, 'status') ?? 0;
  if (response.has('status') && (status < 200 || status > 600)) {
    refuse(
      response,
      `${quote(String(status))} is no status to answer with`,
      'write a number from 200 to 599',
      'status',
    );
  }
  return { kind: 'direct-response', status, bodyBytes: bodyBytes(response, context) };
}

function bodyBytes(response: Section, context: Context): number {
  const body = section(response, 'body');
  account(body, BODY_FIELDS, context);
  const size = new TextEncoder().encode(text(body, 'string') ?? '').length || base64Bytes(text(body, 'bytes') ?? '');
  if (size > BODY_BYTES_MAX)
    refuse(response, `the body has ${size} bytes`, `at most ${BODY_BYTES_MAX} are taken`, 'body');
  else if (size > BODY_BYTES_WARNED) {
    warn(response, `the body has ${size} bytes`, 'every proxy holds it in memory: keep it below 100 kB', 'body');
  }
  return size;
}

function base64Bytes(written: string): number {
  return Math.floor((written.replaceAll('=', '').length * 3) / 4);
}
