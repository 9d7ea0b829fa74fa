/** Arrows run one way: apps -> libs; the pure core and the contracts import next to nothing of ours. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', 'swc breaks on circular decorated imports, and so do readers', {}, { circular: true }),
    rule('libs-not-apps', 'a library never reaches up into an app', { path: '^libs/' }, { path: '^apps/' }),
    rule(
      'platform-not-domain',
      'the platform hosts other domains than this one',
      { path: '^libs/(?!contracts/)' },
      { path: '^libs/contracts/' },
    ),
    rule(
      'one-door',
      'index.ts is the only door of a library',
      { path: '^(?:apps|e2e|bench|chaos|examples|histories)/' },
      { path: '^libs/[^/]+/(?!(?:testing/)?index\\.ts$)' },
    ),
    rule(
      'one-door-between-libs',
      'index.ts is the only door of a library, for its neighbours too',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/(?!$1/)[^/]+/(?!(?:testing/)?index\\.ts$)' },
    ),
    rule(
      'kit-for-tests',
      'the test kit of flows is for tests',
      { path: '^(?:apps|libs)/', pathNot: '\\.(spec|features|fixtures)\\.ts$|/testing/' },
      { path: '^libs/flows/testing/' },
    ),
    rule(
      'apps-apart',
      'services talk over the log; only the command line starts several of them in one process',
      { path: '^apps/([^/]+)/', pathNot: '^apps/cli/' },
      { path: '^apps/(?!$1/)' },
    ),
    rule(
      'pure-core',
      'the engine core knows no Nest, NATS, Mongo, clock or random source; the folds of the log do not either',
      { path: '^libs/flows/core/', pathNot: '\\.(spec|fixtures)\\.ts$' },
      { pathNot: '^libs/(?:flows/core|run-records)/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'checker-alone',
      'what judges the engine shares no code with it',
      { path: '^chaos/checker/' },
      { path: '^(?:apps|libs|bench|e2e|examples)/|^chaos/(?!checker/)' },
    ),
    rule(
      'no-dev-dependencies',
      'what ships is installed by npm ci --omit=dev',
      { path: '^(apps|libs)/', pathNot: '\\.(spec|features|fixtures)\\.ts$|^libs/testing/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
