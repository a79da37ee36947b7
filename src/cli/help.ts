import type { Command } from './command.js';

export const HELP_COLUMNS = 80;

/** Opens `drymesh --help`: commands to paste. */
export function overviewHelp(): string {
  return `A dry run for a service mesh: what will this configuration do to latency, errors and cost?

${pasted([
  ['drymesh run scenarios/bookinfo', 'simulate a scenario and write its report'],
  ['drymesh compare s.yaml --with change.yaml', 'what a change does, how sure that is, and which line'],
  ['drymesh lint k8s/', 'what is wrong or surprising in your manifests'],
  ['drymesh init k8s/', 'write a first scenario for them'],
])}

Usage: drymesh <command>`;
}

/** Opens `drymesh COMMAND --help`. */
export function commandHelp({ usage, summary, details, examples }: Command): string {
  return `${summary}.\n\n${pasted(examples)}\n\nUsage: drymesh ${usage}\n\n${details}`;
}

function pasted(examples: Command['examples']): string {
  return examples.map(([command, does]) => `  # ${does}\n  ${command}`).join('\n');
}
