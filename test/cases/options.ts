import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Policy } from '../../domain/policy';
import { loadPolicy } from '../../src/policy/policy-file';
import { CASES } from './all-cases';
import type { Case } from './case';

export const HELP = `The Ombudsman's cases, through the real workflows in skipped time

  npm run cases                    every case and its twin; a line each as they end, then a table
  npm run cases -- --json          the findings as JSON on stdout; progress on stderr
  npm run cases -- --only C07      some cases: an id, or several with commas; C12 means all its parts
  npm run cases -- --keep DIR      keep evidence, asks, Temporal histories and dossiers of each below DIR
  npm run cases -- --policy FILE   under another policy than policies/england.yaml: try yours before it is signed
  npm run cases -- --table         the README's table, on stdout
  npm run cases -- --readme        write that table into README.md, between its markers

In each case people do, and fail to do, what they did; its twin is the same with everybody doing their part. "after" is
the time to the first ask that reached somebody who had not let it lie. Days are counted sceptically: to the moment at
which the staffed desk was asked. It starts what it runs on (a Postgres, and Temporal's test server, which skips time),
and stops it afterwards.

Exit codes: 0 every case as expected and every twin quiet; 1 a case is worse than expected or a twin is not quiet;
2 the command line cannot be used.
`;

export interface Options {
  json: boolean;
  table: boolean;
  readme: boolean;
  only: readonly Case[];
  /** A folder for what was recorded. */
  keep?: string;
  policy: Policy;
}

/** The command line cannot be used; the message says why. */
export class BadUsage extends Error {}

/** What the command line asks for; nothing where it asks for help. */
export const options = (args: string[]): Options | undefined => {
  const values = parsed(args);
  if (values.help) return undefined;
  const only = values.only?.split(',').map((id) => id.trim().toUpperCase());
  const chosen = CASES.filter((c) => only === undefined || only.some((id) => matches(c.id, id)));
  const unknown = only?.filter((id) => !CASES.some((c) => matches(c.id, id))) ?? [];
  if (unknown.length > 0)
    throw new BadUsage(
      `no case is played as ${unknown.join(', ')}; there are ${CASES.map((c) => c.id).join(', ')}`,
    );
  if (values.readme && only !== undefined) throw new BadUsage('--readme needs every case: leave --only out');
  return {
    json: values.json ?? false,
    table: values.table ?? false,
    readme: values.readme ?? false,
    only: chosen,
    ...(values.keep === undefined ? {} : { keep: path.resolve(values.keep) }),
    policy: policyFrom(values.policy),
  };
};

/** C12 means C12-report too, and C04 means C04a; but C1 is not C10. */
const matches = (id: string, wanted: string): boolean =>
  wanted !== '' && id.toUpperCase().startsWith(wanted) && !/\d/.test(id.charAt(wanted.length));

const policyFrom = (file: string | undefined): Policy => {
  try {
    return loadPolicy(file ?? path.resolve(__dirname, '../../policies/england.yaml'));
  } catch (error) {
    throw new BadUsage((error as Error).message);
  }
};

const parsed = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        table: { type: 'boolean' },
        readme: { type: 'boolean' },
        only: { type: 'string' },
        keep: { type: 'string' },
        policy: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new BadUsage((error as Error).message);
  }
};
