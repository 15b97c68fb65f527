'use strict';
/**
 * Runs a program as if one passage of its source were another: `FAILSAFE_CHANGE='{"file","from","to"}' node -r ./test/support/changed-program.cjs
 * -r ./scripts/ts.cjs ...`. The passage must be there exactly once, and the file must be read, or the program does not start.
 */
const fs = require('node:fs');
const path = require('node:path');

const change = JSON.parse(process.env['FAILSAFE_CHANGE']);
const file = path.resolve(__dirname, '../..', change.file);
const read = fs.readFileSync;
let seen = false;

fs.readFileSync = (name, ...rest) => {
  const text = read(name, ...rest);
  if (name !== file) return text;
  const times = String(text).split(change.from).length - 1;
  if (times !== 1) throw new Error(`${change.file} has this ${times} times, not once: ${change.from}`);
  seen = true;
  return String(text).replace(change.from, () => change.to);
};
process.on('exit', () => {
  if (!seen) {
    process.stderr.write(`${change.file} was never read\n`);
    process.exitCode = 3;
  }
});
