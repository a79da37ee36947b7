import { asked, byName, onlyKnown } from './words.mjs';

const MATCH_FIELDS = [
  'path',
  'prefix',
  'safe_regex',
  'case_sensitive',
  'headers',
  'query_parameters',
  'dynamic_metadata',
];

/** A RouteMatch. Conditions by name, which mean the same in any order. */
export function boilMatch(match) {
  onlyKnown('match', match, MATCH_FIELDS);
  return asked({
    path: pathOf(match),
    ignoreCase: match.case_sensitive === false,
    headers: (match.headers ?? []).map(boilHeader).sort(byName),
    query: (match.query_parameters ?? []).map(boilNamed).sort(byName),
    claims: match.dynamic_metadata?.length,
  });
}

function pathOf({ path, prefix, safe_regex: regex }) {
  if (path !== undefined) return { exact: path };
  return prefix !== undefined ? { prefix } : { regex: regex.regex };
}

/** Envoy looks header names up in lower case. */
function boilHeader(header) {
  const { invert_match: invert, treat_missing_header_as_empty: missingIsEmpty, ...rest } = header;
  return { ...boilNamed(rest), name: header.name.toLowerCase(), ...asked({ not: invert, missingIsEmpty }) };
}

function boilNamed(condition) {
  onlyKnown('condition', condition, ['name', 'string_match', 'present_match']);
  const { name, string_match: text } = condition;
  return text === undefined ? { name, present: condition.present_match } : { name, ...boilText(text) };
}

function boilText(text) {
  onlyKnown('string match', text, ['exact', 'prefix', 'safe_regex']);
  return text.safe_regex === undefined ? text : { regex: text.safe_regex.regex };
}
