import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { type Credential, exportEnvoy } from '../../envoy/index.js';
import { type Workload, workloadName } from '../../mesh/index.js';
import { MissingCertificate, makeCertificates } from '../certificates.js';
import type { ExportFlags } from '../commands/export.js';
import { callerOf, json, subjectOf } from '../explained-subject.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { UsageError, unknownWord } from '../usage.js';
import { refusalOf } from '../write-file.js';

const KINDS = ['envoy'];

export function exportCommand(flags: ExportFlags, outside: Outside): ExitCode {
  if (!KINDS.includes(flags.what)) throw unknownWord('thing to export', flags.what, KINDS);
  const subject = subjectOf({ ...flags, path: flags.path ?? '.' }, outside);
  if (subject === null) return EXIT.refused;
  const workload = callerOf(subject.mesh, flags.proxy);
  if (workload.proxy === null) throw new UsageError(`${workloadName(workload)} has no proxy`);
  if (workload.role === 'waypoint')
    throw new UsageError(`${workloadName(workload)} is a waypoint: sidecars and gateways can be exported`);
  const folder = flags.certificates === undefined ? null : resolve(outside.cwd, flags.certificates);
  const certificates = folder === null ? null : { folder };
  const pod = podOf(flags.pod, workload);
  const { bootstrap, credentials, leftOut } = exportEnvoy(
    subject.mesh,
    workload,
    pod,
    subject.localityOf,
    certificates,
  );
  if (folder !== null) supply(folder, credentials);
  outside.out(flags.format === 'json' ? json(bootstrap) : stringify(bootstrap, { aliasDuplicateObjects: false }));
  for (const each of leftOut) outside.err(`left out: ${each}\n`);
  return EXIT.done;
}

function supply(folder: string, credentials: readonly Credential[]): void {
  try {
    makeCertificates(folder, credentials);
  } catch (error) {
    if (error instanceof MissingCertificate) throw new UsageError(error.message);
    throw new UsageError(`--certificates ${folder}: ${refusalOf(error)}`);
  }
}

function podOf(written: string, workload: Workload): number {
  const { replicas } = workload;
  if (/^\d{1,7}$/.test(written) && Number(written) < replicas) return Number(written);
  const pods = replicas === 0 ? 'it has none' : `write 0${replicas === 1 ? '' : ` to ${replicas - 1}`}`;
  throw new UsageError(`${JSON.stringify(written)} is no pod of ${workloadName(workload)}: ${pods}`);
}
