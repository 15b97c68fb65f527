import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM_ROLE } from '../../src/database/program-role';
import { isAlive } from '../../src/local/processes';
import type { Program } from '../support/program';
import type { Api, Hospital } from '../system/support/hospital';
import { withPort } from '../system/support/hospital';
import { ownPort } from '../system/support/ports';
import { eventually } from '../system/support/until';
import { skewedBy } from './clock-skew';
import type { Link, Toxiproxy } from './toxiproxy';

const PASSWORD = 'synthetic';
const SUPERVISED_MS = 500;
const UP_AGAIN_MS = 150_000;

/** How a program is started: our own, or one of a test's, which may be broken. */
export interface Start {
  script?: string;
  env?: Record<string, string>;
}

/** What stands between one program and the servers, and between senders and an API. */
export interface Links {
  postgres: Link;
  temporal: Link;
  smtp?: Link;
  senders?: Link;
}

/** The place of an API or a worker: one that died is followed by another one there. */
export class Place<P extends Program = Program> {
  program!: P;
  /** By how many seconds its clock is off. */
  skew = 0;
  /** Somebody means it to be down. */
  down = false;
  /** How often it ended although nobody had ended it. */
  endedByItself = 0;
  /** Where senders find it. */
  url = '';

  constructor(
    /** `api 1`: also its name to Postgres, with an underscore. */
    readonly name: string,
    readonly links: Links | undefined,
    private readonly startIt: (skew: number) => Promise<P>,
  ) {}

  async start(): Promise<void> {
    const program = await this.startIt(this.skew);
    this.program = program;
    this.down = false;
    void program.exited().then(() => {
      if (this.program !== program || this.down) return;
      this.endedByItself++;
      void this.up().catch(() => undefined);
    });
  }

  /** Starts it until it stays up, as a service manager does: what it stands on may be away as well. */
  async up(): Promise<void> {
    await eventually(`${this.name} is up again`, () => this.start().then((): true => true), UP_AGAIN_MS);
  }

  /** As a power cut does. Whatever starts here next has the right time. */
  async kill(): Promise<void> {
    this.down = true;
    this.skew = 0;
    await this.program.kill9();
  }

  /** In order; likewise. */
  async stop(): Promise<void> {
    this.down = true;
    this.skew = 0;
    await this.program.stop();
  }

  get user(): string {
    return this.name.replace(' ', '_');
  }
}

export interface StaffOptions {
  each: number;
  /** Puts links between all of them. */
  proxy?: Toxiproxy;
  /** The library that tells a program another time. */
  faketime?: string | undefined;
  api?: Start;
  worker?: Start;
}

/** APIs and workers of one installation, each in its place. */
export class Staff {
  private stopped = false;

  private constructor(
    readonly hospital: Hospital,
    readonly apis: Place<Api>[],
    readonly workers: Place[],
    readonly options: StaffOptions,
  ) {}

  static async of(hospital: Hospital, options: StaffOptions): Promise<Staff> {
    const names = (kind: string) => Array.from({ length: options.each }, (_, i) => `${kind} ${i + 1}`);
    const apis = await Promise.all(names('api').map((name) => apiPlace(hospital, name, options)));
    const workers = await Promise.all(names('worker').map((name) => workerPlace(hospital, name, options)));
    const staff = new Staff(hospital, apis, workers, options);
    await Promise.all(staff.places.map((place) => place.start()));
    return staff;
  }

  get places(): Place[] {
    return [...this.apis, ...this.workers];
  }

  /** Where senders find the APIs. */
  get urls(): string[] {
    return this.apis.map((api) => api.url || api.program.client.url);
  }

  /** Starts Temporal Server again where it ended by itself; programs in their places see to themselves. */
  async supervise(isDown: () => boolean): Promise<void> {
    while (!this.stopped) {
      await sleep(SUPERVISED_MS);
      if (isDown() || isAlive(this.hospital.temporal.pid())) continue;
      await this.hospital.temporal.start().catch(() => undefined);
    }
  }

  stopSupervising(): void {
    this.stopped = true;
  }
}

async function apiPlace(hospital: Hospital, name: string, options: StaffOptions): Promise<Place<Api>> {
  const { script, env } = options.api ?? {};
  const port = await ownPort();
  const links = options.proxy && {
    ...(await linksOf(hospital, name, options.proxy)),
    senders: await options.proxy.link(`senders to ${name}`, port),
  };
  const place = new Place<Api>(name, links, async (skew) =>
    hospital.api(port, script, { ...env, ...(await envOf(hospital, name, links)), ...clock(skew, options) }),
  );
  if (links) place.url = `http://127.0.0.1:${links.senders.port}`;
  return place;
}

async function workerPlace(hospital: Hospital, name: string, options: StaffOptions): Promise<Place> {
  const { script, env } = options.worker ?? {};
  const links = options.proxy && {
    ...(await linksOf(hospital, name, options.proxy)),
    smtp: await options.proxy.link(`${name} to mail`, Number(new URL(hospital.mail.url).port)),
  };
  return new Place(name, links, async (skew) =>
    hospital.worker(script, { ...env, ...(await envOf(hospital, name, links)), ...clock(skew, options) }),
  );
}

const linksOf = async (hospital: Hospital, name: string, proxy: Toxiproxy) => ({
  postgres: await proxy.link(`${name} to postgres`, hospital.postgres.port()),
  temporal: await proxy.link(`${name} to temporal`, Number(hospital.temporal.address.split(':')[1])),
});

const clock = (skew: number, { faketime }: StaffOptions): Record<string, string> =>
  skew === 0 || faketime === undefined ? {} : skewedBy(skew, faketime);

/** Each program signs in to Postgres under a name of its own, so that one can see whose transaction is open. */
const envOf = async (
  hospital: Hospital,
  name: string,
  links: Links | undefined,
): Promise<Record<string, string>> => {
  if (!links) return {};
  const url = new URL(withPort(hospital.postgres.url(), links.postgres.port));
  [url.username, url.password] = [name.replace(' ', '_'), PASSWORD];
  return {
    DATABASE_URL: url.href,
    TEMPORAL_ADDRESS: `127.0.0.1:${links.temporal.port}`,
    ...(links.smtp && { SMTP_URL: `smtp://127.0.0.1:${links.smtp.port}` }),
  };
};

/** Makes the accounts under which the programs sign in. */
export async function makeAccounts(hospital: Hospital, each: number): Promise<void> {
  for (let i = 1; i <= each; i++)
    for (const name of [`api_${i}`, `worker_${i}`])
      await hospital.postgres.query(
        `create role ${name} login password '${PASSWORD}' in role ${PROGRAM_ROLE}`,
      );
}
