import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { REMEDIES, REMEDY_REASONS } from '../../../domain/inputs';
import type { Remedy } from '../../../domain/inputs';
import { PlainError } from '../../local/plain-error';

export const HELP = `Stuck journeys and their remedies

  npm run ops -- findings                   what the service found amiss (--code CODE, --journey ID, --all: cleared ones too)
  npm run ops -- replay    --journey ID ... begin a new run from evidence, where the old one is lost or unfit (--force: sound too)
  npm run ops -- resume    --journey ID ... try at once what waits to be tried again
  npm run ops -- redeliver --journey ID ... deliver rows that have no outcome; send asks that failed or were not sent
  npm run ops -- quarantine --journey ID    set the row aside that can never be recorded (--row N)
  npm run ops -- correct   --journey ID --row N --type TYPE --data FILE
                                            another fact, from a JSON file, in the stead of a row that was set aside
  npm run ops -- approve   ID               approve what another person has asked for
  npm run ops -- remedies                   what was done, the newest first (--waiting: for a second person)
  npm run ops -- show      ID               one of them

With each remedy
  --journey ID           may be given many times; or --finding CODE: every journey with an open finding of that code
  --reason REASON        ${REMEDY_REASONS.slice(0, 5).join(', ')},
                         ${REMEDY_REASONS.slice(5).join(', ')}
  --note TEXT            in free words; sealed
  --dry                  say what would happen, and do nothing (it needs no reason)

Always
  --url ADDRESS          of the API (FAILSAFE_URL; default http://127.0.0.1:3000)
  --token TOKEN          who you are (FAILSAFE_TOKEN), such as dev:admin-1:admin on a machine for trying out
  --json                 what was answered, as JSON on stdout; progress on stderr

Exit codes: 0 done, or foreseen; 1 refused, for one journey at least; 2 the command line cannot be used; 3 waits for a second
person; 4 the API cannot be reached or is not able to.
`;

const COMMANDS = [...REMEDIES, 'findings', 'approve', 'remedies', 'show'] as const;
type Command = (typeof COMMANDS)[number];

export interface OpsOptions {
  command: Command;
  /** What `approve` and `show` are about. */
  id?: string | undefined;
  url: string;
  token: string;
  json: boolean;
  journeys: string[];
  finding?: string | undefined;
  /** For the lists. */
  code?: string | undefined;
  all: boolean;
  waiting: boolean;
  /** What goes with a remedy, as the API takes it. */
  remedy?: {
    remedy: Remedy;
    reason: string;
    dry: boolean;
    force: boolean;
    note?: string;
    row?: number;
    correction?: object;
  };
}

/** What the command line asks for; nothing where it asks for help. @throws PlainError where it cannot be used */
export const options = (args: string[], env: NodeJS.ProcessEnv = process.env): OpsOptions | undefined => {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [command, id, ...more] = positionals;
  if (!isCommand(command) || more.length > 0)
    throw unusable(`There is no command ${positionals.join(' ') || '(none)'}.`);
  if ((command === 'approve' || command === 'show') !== (id !== undefined))
    throw unusable('approve and show take one id, others none.');
  const token = values.token ?? env['FAILSAFE_TOKEN'];
  if (!token) throw new PlainError('Who are you?', 'Give --token, or set FAILSAFE_TOKEN.');
  const journeys = values.journey ?? [];
  const isRemedy = (REMEDIES as readonly string[]).includes(command);
  if (isRemedy && journeys.length > 0 === (values.finding !== undefined))
    throw unusable('Name journeys with --journey, or a finding with --finding.');
  return {
    ...{ command, id, token, journeys },
    url: (values.url ?? env['FAILSAFE_URL'] ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''),
    json: values.json ?? false,
    finding: values.finding,
    code: values.code,
    all: values.all ?? false,
    waiting: values.waiting ?? false,
    ...(isRemedy ? { remedy: remedyOf(command as Remedy, values) } : {}),
  };
};

type Values = ReturnType<typeof parsed>['values'];

const remedyOf = (remedy: Remedy, values: Values): NonNullable<OpsOptions['remedy']> => {
  const { row, reason, note, type, data, dry = false, force = false } = values;
  if (reason === undefined && !dry) throw unusable(`Say why with --reason: ${REMEDY_REASONS.join(', ')}.`);
  if (row !== undefined && !/^[1-9]\d*$/.test(row)) throw unusable('--row takes the number of an inbox row.');
  if ((remedy === 'correct') !== (type !== undefined && data !== undefined))
    throw unusable('correct takes --type and --data, and nothing else does.');
  return {
    ...{ remedy, dry, force },
    reason: reason ?? 'drill',
    ...(note === undefined ? {} : { note }),
    ...(row === undefined ? {} : { row: Number(row) }),
    ...(type === undefined ? {} : { correction: { type, data: jsonIn(data!) } }),
  };
};

const jsonIn = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PlainError((error as Error).message, 'Name a file that holds the fact as JSON.');
  }
};

const parsed = (args: string[]) => {
  try {
    const [text, many, yes] = [
      { type: 'string' },
      { type: 'string', multiple: true },
      { type: 'boolean' },
    ] as const;
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{
          journey: many,
          finding: text,
          code: text,
          reason: text,
          note: text,
          row: text,
          type: text,
          data: text,
        },
        ...{ url: text, token: text, dry: yes, force: yes, all: yes, waiting: yes, json: yes },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw unusable((error as Error).message);
  }
};

const unusable = (what: string): PlainError => new PlainError(what, 'See npm run ops -- --help.');
const isCommand = (text: string | undefined): text is Command =>
  (COMMANDS as readonly string[]).includes(text ?? '');
