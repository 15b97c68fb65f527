'use strict';
/**
 * Runs our TypeScript without a build step: `node -r ./scripts/ts.cjs src/main.ts`.
 *
 * Node's own type stripping cannot do it, since it knows neither decorators nor their metadata, and Nest and TypeORM
 * live on both. SWC compiles a file in a millisecond or two, so that a start costs no separate build. Types are checked
 * by `npm run check`; a deployed image runs the output of `npm run build`, and never this file.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const root = path.resolve(__dirname, '..');
const options = JSON.parse(readFileSync(path.join(root, '.swcrc'), 'utf8'));

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...options,
    filename,
    swcrc: false,
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
