/** How a terminal shows emphasis. Each takes finished, padded text: colour codes have no width. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly good: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
}

const asIs = (text: string) => text;

/** For pipes, files and `NO_COLOR`. */
export const PLAIN: Style = { heading: asIs, good: asIs, doubtful: asIs, bad: asIs, faint: asIs };

/** The sixteen colours that every terminal lets its user choose. */
export const COLOUR: Style = {
  heading: sgr(1),
  good: sgr(32),
  doubtful: sgr(33),
  bad: sgr(31),
  faint: sgr(2),
};

function sgr(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}
