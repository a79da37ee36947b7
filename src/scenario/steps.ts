import type { Step } from './types.js';

/** The steps and all steps within them, each before its own. */
export function stepsIn(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...within(step).flatMap(stepsIn)]);
}

function within(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'parallel':
      return step.branches;
    case 'choose':
      return step.options.map((option) => option.steps);
    case 'repeat':
      return [step.steps];
    default:
      return [];
  }
}
