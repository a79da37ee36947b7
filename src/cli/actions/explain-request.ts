import { type AskedRequest, explainRequest, MeshResolver, renderExplainedRequest } from '../../mesh/index.js';
import { parseTarget } from '../../scenario/index.js';
import type { ExplainRequestFlags } from '../commands/explain-request.js';
import { callerOf, json, subjectOf } from '../explained-subject.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { UsageError } from '../usage.js';

const METHOD = /^[A-Z]+$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/;

export function explainRequestCommand(flags: ExplainRequestFlags, outside: Outside): ExitCode {
  const asked = requestOf(flags);
  const subject = subjectOf({ ...flags, path: flags.path ?? '.' }, outside);
  if (subject === null) return EXIT.refused;
  const { mesh } = subject;
  const explained = explainRequest(new MeshResolver(mesh), mesh, callerOf(mesh, flags.from), asked);
  const document = { schema: 'drymesh.dev/explain-request/v1', ...explained };
  outside.out(flags.format === 'json' ? json(document) : renderExplainedRequest(explained));
  return EXIT.done;
}

function requestOf({ request, header = [], jwt, 'source-ip': sourceIp }: ExplainRequestFlags): AskedRequest {
  const words = request.trim().split(/\s+/);
  const url = words.pop() ?? '';
  const method = words.shift();
  if (words.length > 0 || (method !== undefined && !METHOD.test(method)))
    throw new UsageError(`${JSON.stringify(request)} is no request: write 'GET http://host:port/path'`);
  const target = parseTarget(url);
  if (typeof target === 'string')
    throw new UsageError(`${JSON.stringify(url)} is no URL that can be called: ${target}`);
  const { scheme, host, port, path } = target;
  if (scheme === 'tcp') throw new UsageError('tcp has connections and no requests: write http, https or grpc');
  const headers = Object.fromEntries(header.map(headerOf));
  const whose = { token: jwt === undefined ? null : tokenOf(jwt), sourceIp: sourceIp ?? null };
  return { method: method ?? (scheme === 'grpc' ? 'POST' : 'GET'), scheme, host, port, path, headers, ...whose };
}

function headerOf(written: string): readonly [string, string] {
  const match = HEADER.exec(written);
  if (match === null) throw new UsageError(`${JSON.stringify(written)} is no header: write 'name: value'`);
  const name = match[1]!.toLowerCase();
  if (name === 'host') throw new UsageError("a request has its host from its URL: write 'GET http://host:port/path'");
  return [name, match[2]!.trim()];
}

function tokenOf(written: string): AskedRequest['token'] {
  try {
    const { issuer, claims = {} } = JSON.parse(written);
    if (typeof issuer === 'string' && issuer !== '' && typeof claims === 'object') return { issuer, claims };
  } catch {
    // told below
  }
  throw new UsageError(`${JSON.stringify(written)} is no token: write '{"issuer": "https://...", "claims": {}}'`);
}
