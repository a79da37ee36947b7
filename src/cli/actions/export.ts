import { stringify } from 'yaml';
import { exportEnvoy } from '../../envoy/index.js';
import { type Workload, workloadName } from '../../mesh/index.js';
import type { ExportFlags } from '../commands/export.js';
import { callerOf, json, subjectOf } from '../explained-subject.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { UsageError, unknownWord } from '../usage.js';

const KINDS = ['envoy'];

export function exportCommand(flags: ExportFlags, outside: Outside): ExitCode {
  if (!KINDS.includes(flags.what)) throw unknownWord('thing to export', flags.what, KINDS);
  const subject = subjectOf({ ...flags, path: flags.path ?? '.' }, outside);
  if (subject === null) return EXIT.refused;
  const workload = callerOf(subject.mesh, flags.proxy);
  if (workload.proxy === null) throw new UsageError(`${workloadName(workload)} has no proxy`);
  if (workload.role === 'waypoint')
    throw new UsageError(`${workloadName(workload)} is a waypoint: sidecars and gateways can be exported`);
  const { bootstrap, leftOut } = exportEnvoy(subject.mesh, workload, podOf(flags.pod, workload), subject.localityOf);
  outside.out(flags.format === 'json' ? json(bootstrap) : stringify(bootstrap, { aliasDuplicateObjects: false }));
  for (const each of leftOut) outside.err(`left out: ${each}\n`);
  return EXIT.done;
}

function podOf(written: string, workload: Workload): number {
  const { replicas } = workload;
  if (/^\d{1,7}$/.test(written) && Number(written) < replicas) return Number(written);
  const pods = replicas === 0 ? 'it has none' : `write 0${replicas === 1 ? '' : ` to ${replicas - 1}`}`;
  throw new UsageError(`${JSON.stringify(written)} is no pod of ${workloadName(workload)}: ${pods}`);
}
