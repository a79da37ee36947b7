/** How every YAML text is parsed: YAML 1.2 core whatever its directive says, `<<` merged as kubectl does. */
export const PARSE_OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: true,
  uniqueKeys: false, // checked in checkDocument, in linear time
  prettyErrors: false,
  logLevel: 'silent',
} as const;
