const ONE_SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]+";
const ANY_SEGMENTS = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=/]*";

export function isPathTemplate(path: string): boolean {
  return path.includes('{*}') || path.includes('{**}');
}

/**
 * Whether a path, without its query, is one that the template stands for: `{*}` is one segment, `{**}` any number.
 * Source: Istio 1.31, pilot/pkg/security/authz/matcher/template.go; Envoy, source/extensions/path/uri_template_lib.
 */
export function matchesPathTemplate(template: string, path: string): boolean {
  const pattern = template
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{*}' ? ONE_SEGMENT : part === '{**}' ? ANY_SEGMENTS : literal(part)))
    .join('');
  return new RegExp(`^${pattern}$`).test(path);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
