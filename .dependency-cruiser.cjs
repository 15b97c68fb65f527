'use strict';
/**
 * The boundaries of docs/ARCHITECTURE.md, checked by `npm run check`. The pure core stays pure because nothing else can
 * be imported there, and the durable loop can be replayed because nothing that reads a clock, a file or a library's data
 * table is within its reach. What the workflows load at run time (types apart) is in scripts/workflow-reach.cjs.
 */
const from = (...folders) => ({ path: `^(${folders.join('|')})/` });

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing-of-ours',
      comment: 'The pure core knows no other folder of ours.',
      severity: 'error',
      from: from('domain'),
      to: { path: '^(workflows|activities|src|test|bench|scripts)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'No library and no Node module; domain/calendar.ts alone may use luxon.',
      severity: 'error',
      from: { path: '^domain/', pathNot: '^domain/calendar\\.ts$' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
      },
    },
    {
      name: 'calendar-uses-luxon-only',
      severity: 'error',
      from: { path: '^domain/calendar\\.ts$' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/(@types/)?luxon/',
      },
    },
    {
      name: 'only-schedule-reads-calendars',
      comment:
        'Holiday tables and time zones vary by version, so deadlines are worked out outside the workflow.',
      severity: 'error',
      from: { path: '^(domain|workflows|activities)/', pathNot: '^domain/schedule[^/]*\\.ts$' },
      to: { path: '^domain/calendar\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'activities-import-domain-only',
      comment: 'They are interfaces; what fulfils them is a Nest provider in src/.',
      severity: 'error',
      from: from('activities'),
      to: { pathNot: '^(activities|domain)/' },
    },
    {
      name: 'workflows-import-the-core-and-temporal',
      severity: 'error',
      from: from('workflows'),
      to: { pathNot: ['^(workflows|domain|activities)/', 'node_modules/@temporalio/(workflow|common)/'] },
    },
    {
      name: 'src-imports-no-tests',
      comment: 'The program does not know what tests or measures it.',
      severity: 'error',
      from: from('src'),
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'src-needs-no-dev-dependency',
      severity: 'error',
      from: from('src', 'domain', 'workflows', 'activities'),
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody uses is a file that nobody tests.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          '^scripts/',
          '^bench/',
          '^test/',
          '(^|/)\\.',
          '^src/main\\.ts$',
          '^workflows/index\\.ts$',
        ],
      },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
