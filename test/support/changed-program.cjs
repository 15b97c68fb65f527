'use strict';
/**
 * Runs a program as if a passage of its source, or one in each of several files, were another: `FAILSAFE_CHANGE='{"file","from","to"}' node -r ./test/support/changed-program.cjs
 * -r ./scripts/ts.cjs ...`. The passage must be there exactly once, and the file must be read, or the program does not start.
 */
const fs = require('node:fs');
const path = require('node:path');

const changes = [JSON.parse(process.env['FAILSAFE_CHANGE'])].flat();
const fileOf = (change) => path.resolve(__dirname, '../..', change.file);
const read = fs.readFileSync;
const seen = new Set();

fs.readFileSync = (name, ...rest) => {
  const text = read(name, ...rest);
  const change = changes.find((each) => fileOf(each) === name);
  if (!change) return text;
  const times = String(text).split(change.from).length - 1;
  if (times !== 1) throw new Error(`${change.file} has this ${times} times, not once: ${change.from}`);
  seen.add(change);
  return String(text).replace(change.from, () => change.to);
};
process.on('exit', () => {
  for (const change of changes.filter((each) => !seen.has(each))) {
    process.stderr.write(`${change.file} was never read\n`);
    process.exitCode = 3;
  }
});
