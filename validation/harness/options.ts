import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CaseError } from './case.js';

const USAGE = `npm run validate -- [case...] [options]

Plays each case of validation/cases with real Envoys and in the model, and lays the two beside each other. Cases with a
result for the same files are passed over, unless they are named.

  --only TEXT   cases whose name contains it
  --repeat N    runs of each case, each with other seeds and fresh processes (default 3)
  --again       those with a result too, and what the machine adds is measured anew
  --predict     no Envoy: compares the recorded results with what the model says now
  --cases DIR   another folder of cases (default validation/cases)
  --results DIR another folder for results (default validation/results)
  --list        names the cases and what there is of them
`;
export interface Options {
  readonly named: readonly string[];
  readonly only: string;
  readonly repeat: number;
  readonly again: boolean;
  readonly predict: boolean;
  readonly list: boolean;
  readonly cases: string;
  readonly results: string;
}

export function optionsOf(args: string[], root: string): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { ...text, default: '' },
      repeat: { ...text, default: '3' },
      again: flag,
      predict: flag,
      list: flag,
      help: flag,
      cases: { ...text, default: join(root, 'validation/cases') },
      results: { ...text, default: join(root, 'validation/results') },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > 100)
    throw new CaseError('--repeat takes a number from 1 to 100');
  return { ...values, repeat, named: positionals };
}
