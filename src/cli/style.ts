import { COLOUR, PLAIN, type Style } from '../report/text/style.js';
import type { Outside } from './outside.js';

/** How stdout shows emphasis: in colour to people, unless they do not want that. */
export function styleOf({ stdoutIsTerminal, env }: Outside): Style {
  return stdoutIsTerminal && !env.NO_COLOR ? COLOUR : PLAIN;
}
