import { pathOnly } from './match.js';
import { compiled } from './regex.js';
import type { HttpMatch, Rewrite } from './routes.js';

/**
 * Path and authority after a rewrite. `uri` takes the place of the prefix that matched, of the whole path after an exact
 * or regex match, and of the leading `/` where no path was asked for; the query stays. `match` is the alternative that
 * matched, null for a rule without matches.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `applyHTTPRouteDestination`.
 */
export function applyRewrite(
  match: HttpMatch | null,
  rewrite: Rewrite | null,
  path: string,
  authority: string,
): { readonly path: string; readonly authority: string } {
  if (rewrite === null) return { path, authority };
  return { path: rewrittenPath(match, rewrite, path), authority: rewrite.authority ?? authority };
}

function rewrittenPath(match: HttpMatch | null, rewrite: Rewrite, path: string): string {
  const bare = pathOnly(path);
  const query = path.slice(bare.length);
  if (rewrite.uriRegex !== null) return replaceByRegex(rewrite.uriRegex, bare) + query;
  if (rewrite.uri === null) return path;
  return rewrite.uri + bare.slice(matchedLength(match, bare)) + query;
}

function matchedLength(match: HttpMatch | null, path: string): number {
  const uri = match?.uri ?? null;
  if (uri?.kind === 'prefix') return uri.value.length;
  if (uri?.kind === 'exact' || uri?.kind === 'regex') return path.length;
  return path.startsWith('/') ? 1 : 0;
}

/** Replaces every match. As RE2 writes it, `\1` is the first group, `\0` the whole match and `\\` a backslash. */
function replaceByRegex(uriRegex: NonNullable<Rewrite['uriRegex']>, path: string): string {
  const regex = compiled(uriRegex, uriRegex.match);
  if (regex === null) return path;
  const groupCount = regex.groupCount();
  return regex.matcher(path).replaceAll((...match: unknown[]) => {
    const groups = match.slice(0, groupCount + 1); // what follows them is where the match stands
    return uriRegex.rewrite.replace(/\\(\d|\\)/g, (_, what: string) => (what === '\\' ? what : textOf(groups[+what])));
  });
}

function textOf(group: unknown): string {
  return typeof group === 'string' ? group : '';
}
