const PLAIN = /^[A-Za-z][A-Za-z0-9./_-]*(?::[A-Za-z0-9./_-]+)*$/;
const WORDS = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** A text as YAML, in quotes wherever YAML, in any version, might take it for something else. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !WORDS.has(text.toLowerCase()) ? text : JSON.stringify(text);
}
