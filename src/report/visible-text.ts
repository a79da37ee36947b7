/** Control, format (bidirectional, zero-width), line-separating characters and lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * The text with every character that would act instead of being seen written out as `\u{1b}`: a name out of a YAML file
 * can then neither steer a terminal, nor break a line, nor turn the reading direction around.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The visible text in at most `width` code points, its end replaced by `…` where it is longer. */
export function shortened(text: string, width: number): string {
  const visible = visibleText(text);
  if (visible.length <= width) return visible;
  const characters = [...visible.slice(0, 2 * width + 2)]; // enough for `width` characters of two code units each
  return characters.length <= width ? characters.join('') : `${characters.slice(0, width - 1).join('')}…`;
}
