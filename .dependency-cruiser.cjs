/** Who may import whom: the table of docs/architecture.md. */
const MAY_IMPORT = {
  diagnostics: [],
  reading: ['diagnostics'],
  mesh: ['diagnostics'],
  scenario: ['diagnostics', 'reading', 'mesh'],
  manifests: ['diagnostics', 'reading', 'mesh'],
  envoy: ['mesh'],
  engine: [],
  telemetry: ['engine'],
  dataplane: ['engine', 'mesh', 'telemetry'],
  traffic: ['engine', 'mesh', 'telemetry', 'dataplane'],
  changes: ['engine', 'mesh', 'telemetry', 'dataplane'],
  world: [
    'diagnostics',
    'reading',
    'mesh',
    'scenario',
    'manifests',
    'engine',
    'telemetry',
    'dataplane',
    'traffic',
    'changes',
  ],
  analysis: ['diagnostics', 'mesh', 'telemetry'],
  report: ['analysis', 'diagnostics'],
  parallel: ['diagnostics', 'mesh', 'scenario', 'telemetry', 'dataplane', 'world', 'analysis'],
};

const layers = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder}/ may import ${others.length === 0 ? 'no other folder' : others.join(', ')}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'no-cycles',
      comment: 'what needs each other belongs together, or a third part is missing; types alone may refer back',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dialect-imports-another',
      severity: 'error',
      from: { path: '^src/manifests/([^/]+)/' },
      to: { path: '^src/manifests/([^/]+)/.+', pathNot: ['^src/manifests/$1/', '^src/manifests/findings/'] },
    },
    {
      name: 'node-only-at-the-edge',
      comment: 'everything else also runs in a browser',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(cli|parallel)/', '\\.node\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'undetermined', 'unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
