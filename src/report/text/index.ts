export type { Style } from './style.js';
export { COLOUR, PLAIN } from './style.js';
export { renderText } from './text.js';
