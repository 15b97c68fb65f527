'use strict';
/**
 * `node door.cjs OUTER INNER COMMAND...`: runs the command and hands on connections from OUTER, on every address of this
 * container, to INNER on its loopback.
 *
 * The API serves development tokens on a loopback only, and in a container nothing from outside reaches a loopback. The
 * compose file publishes OUTER on the host's loopback, so that the rule holds for the machine as a whole. With real
 * sign-in the API listens for itself, and this file goes.
 */
const { spawn } = require('node:child_process');
const { connect, createServer } = require('node:net');

const [outer, inner, command, ...args] = process.argv.slice(2);

const door = createServer((from) => {
  const to = connect(Number(inner), '127.0.0.1');
  from.pipe(to).pipe(from);
  from.on('error', () => to.destroy());
  to.on('error', () => from.destroy());
});
door.listen(Number(outer));

const program = spawn(command, args, { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => program.kill(signal));
program.on('close', (code) => process.exit(code ?? 1));
program.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
