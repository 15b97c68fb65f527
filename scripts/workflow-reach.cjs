'use strict';
/**
 * What the workflows load at run time, types apart. A clock, a file, a random number or a table of holidays anywhere in
 * here would make a journey's history impossible to replay, so they must not be within reach, however indirectly.
 */
module.exports = {
  forbidden: [
    {
      name: 'workflows-stay-deterministic',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        reachable: true,
        path: [
          'node_modules/(?!@temporalio/(workflow|common|proto)/)',
          '^(src|test|bench|scripts)/',
          '^domain/calendar\\.ts$',
        ],
      },
    },
    {
      name: 'workflows-load-no-node-module',
      severity: 'error',
      from: { path: '^(workflows|domain|activities)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
