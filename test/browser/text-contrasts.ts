export interface TextContrast {
  readonly text: string;
  /** Between 1 and 21. Source: WCAG 2.2, contrast ratio and relative luminance. */
  readonly contrast: number;
}

/**
 * A script for a page: the contrast of each text that can be seen with the background painted behind it. A text of an
 * SVG counts by its fill.
 */
export const TEXT_CONTRASTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const painted = (colour, under) => {
    for (const layer of ['rgb(' + under.join(' ') + ')', colour]) {
      canvas.fillStyle = layer;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const backgroundOf = (element) => {
    if (element === null) return [255, 255, 255];
    return painted(getComputedStyle(element).backgroundColor, backgroundOf(element.parentElement));
  };
  const isText = (element) => element.childElementCount === 0 && element.textContent.trim() !== '' && !element.matches('script, style, title');
  return [...document.querySelectorAll('body *')].filter((element) => isText(element) && element.checkVisibility()).map((element) => {
    const style = getComputedStyle(element);
    const behind = backgroundOf(element);
    const front = painted(element instanceof SVGElement ? style.fill : style.color, behind);
    const [a, b] = [luminance(front), luminance(behind)];
    return { text: element.textContent, contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
  });
})()`;
