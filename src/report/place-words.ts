import { NO_FIGURE } from './figures.js';

/** `manifests/reviews.yaml:14`. */
export function placeWords({ file, line }: { readonly file: string | null; readonly line: number | null }): string {
  return file === null ? NO_FIGURE : `${file}:${line ?? 1}`;
}
