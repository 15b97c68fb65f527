import { parseArgs } from 'node:util';
import { PlainError } from './plain-error';

export const commands = [
  'all',
  'api',
  'worker',
  'downtime',
  'watchdog',
  'migrate',
  'directory',
  'restored',
  'rebuild',
  'rewrap',
] as const;
export type Command = (typeof commands)[number];

export interface CommandLine {
  command: Command;
  demo: boolean;
  help: boolean;
  host: string;
  port: number;
  /** What follows the command: the file that it loads, or the journeys that it is about. */
  rest: string[];
}

export const helpText = `Imaging Failsafe

  npm start                   the whole system on this machine: Postgres, Temporal, worker, API, pages
  npm start -- --demo         the same, with a fictitious trust in which a day lasts ten seconds
  npm start -- api            the API and the pages alone
  npm start -- worker         the worker alone
  npm start -- downtime       the keeper of the printable list of open duties alone
  npm start -- watchdog       the watchdog alone: finds what stands still, and rings the alarm (docs/OPERATIONS.md)
  npm start -- migrate        bring the database up to date and load what ships, then end
  npm start -- directory FILE load who is who, then end
  npm start -- restored       after restoring Postgres from a backup: write back what Temporal remembers, then end
  npm start -- rebuild        after Temporal was lost or restored: give every open journey its run back, then end
  npm start -- rebuild ID...  throw these journeys' runs away, which cannot go on, and give them new ones
  npm start -- rewrap         after a new master key was put first: wrap every key under it, then end
  npm start -- --help         this text

Options
  --host ADDRESS              where the API listens (HOST; default 127.0.0.1)
  --port NUMBER               its port (PORT; default 3000)

Settings, from the environment
  DATABASE_URL                a Postgres of your own, instead of the embedded one
  TEMPORAL_ADDRESS            a Temporal of your own, instead of the dev server; with TEMPORAL_NAMESPACE,
                              TEMPORAL_API_KEY, TEMPORAL_TLS_* or TEMPORAL_CONFIG_FILE as Temporal documents them
  SMTP_URL                    a mail server, instead of the local sink that sends nothing on; it needs MAIL_FROM (the
                              sender) and PUBLIC_URL (the address under which people reach the pages)
  LINK_SECRET                 the key of one-click links, the same for api and worker (npm start makes and keeps its own)
  SEALING_KEYS                the master keys under which patients' texts are sealed, id:<32 bytes in base64>, or files of
                              such lines, by commas: the first seals, all can read (npm start makes and keeps its own).
                              Keep a copy elsewhere: without it every text is lost
  BOUNCE_ADDRESS, BOUNCE_LISTEN
                              where undeliverable mail is returned to, and where it comes in (127.0.0.1:2525)
  WEBHOOK_SECRET, WEBHOOK_ALLOW
                              how webhooks are signed, and which private networks they may call
  NOTIFY_API_KEY, NOTIFY_SMS_TEMPLATE, NOTIFY_CALLBACK_TOKEN
                              GOV.UK Notify, for text messages (docs/CHANNELS.md has all of these)
  ALARM_MAIL, ALARM_WEBHOOK, HEARTBEAT_URL
                              whom the watchdog rings when the service itself is amiss, and a monitor outside that listens
                              whether it lives (docs/OPERATIONS.md)
  CHECKPOINT_KEYS             the files of one or two Ed25519 keys (PEM) that sign checkpoints of the evidence; the worker alone
                              needs it (npm start makes and keeps its own). CHECKPOINT_ORIGIN is the ledger's name
  CHECKPOINT_FILE, CHECKPOINT_MAIL, CHECKPOINT_WEBHOOK
                              where checkpoints go: a folder on another machine, a mailbox, a URL (docs/EVIDENCE.md)
  DOWNTIME_DIR, DOWNTIME_MINUTES
                              where the printable list of open duties is kept for the hours when nothing works, and how
                              often it is made (5); it names patients
  OTEL_EXPORTER_OTLP_ENDPOINT where traces and metrics are sent (OTLP over HTTP, as OpenTelemetry documents it); none are
                              without it. METRICS_PORT, METRICS_HOST: where Prometheus reads a worker (127.0.0.1); the
                              API's are at /metrics (docs/RUNBOOKS.md)
  IMAGING_FAILSAFE_DATA       where the embedded parts keep their data (default ./data)
  IMAGING_FAILSAFE_CACHE      where fetched programs are kept (default ~/.cache/imaging-failsafe)

Exit codes: 0 stopped as asked; 1 a part failed; 2 something has to be set up first, and the message says what.
`;

/** Reads the command line; whatever we do not know is refused, since a mistyped option must not be ignored. */
export function parseCommandLine(args: string[], env: NodeJS.ProcessEnv = process.env): CommandLine {
  const { values, positionals } = parse(args);
  const command = positionals[0] ?? 'all';
  const rest = positionals.slice(1);
  const takes: Partial<Record<string, number>> = { directory: 1, rebuild: Infinity };
  if (!isCommand(command) || rest.length > (takes[command] ?? 0)) {
    throw new PlainError(
      `Unknown command: ${positionals.join(' ')}`,
      `Use one of ${commands.join(', ')}; see --help.`,
    );
  }
  if (command === 'directory' && rest.length === 0)
    throw new PlainError('Which directory file?', 'Name it: npm start -- directory FILE');
  const odd = command === 'rebuild' ? rest.find((id) => !UUID.test(id)) : undefined;
  if (odd !== undefined)
    throw new PlainError(`${odd} is no journey's id.`, 'Give ids, or none for all open journeys.');
  // Its policy would go on standing there, with a day of ten seconds, for whatever is recorded later.
  if (values.demo && env['DATABASE_URL'])
    throw new PlainError(
      'The demonstration does not run on a database of your own.',
      'Leave out --demo, or unset DATABASE_URL: the demonstration brings a database along.',
    );
  return {
    command,
    rest,
    demo: values.demo ?? false,
    help: values.help ?? false,
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port: parsePort(values.port ?? env['PORT'] ?? '3000'),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        demo: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        host: { type: 'string' },
        port: { type: 'string' },
      },
    });
  } catch (error) {
    throw new PlainError((error as Error).message, 'See --help for what is understood.');
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new PlainError(`${text} is no port.`, 'Give a number from 1 to 65535, or 0 for any free one.');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isCommand = (text: string): text is Command => (commands as readonly string[]).includes(text);
