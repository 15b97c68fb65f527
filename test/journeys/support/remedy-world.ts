import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createApi } from '../../../src/api/create-api';
import type { MailSink } from '../../../src/local/mail-sink';
import { startMailSink } from '../../../src/local/mail-sink';
import { log } from '../../../src/logging';
import { WorkerService } from '../../../src/temporal/worker.service';
import { asksIn } from '../../system/support/mails';
import type { AskMail } from '../../system/support/mails';
import { freePort } from '../../../src/local/ports';
import type { Loop } from '../../support/loop';
import { masterKeys } from '../../support/master-keys';
import { workerStarts, workerStops } from './control';
import type { World, WorldOptions } from './use-loop';
import { startWorld } from './use-loop';

/** What remedies are tried on: a loop on a real server, real mail, and the API, which holds runs to some workflow code. */

export interface Reply {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged, not trusted
  body: any;
}

export class RemedyWorld {
  private constructor(
    readonly world: World,
    private readonly mail: MailSink,
    private app: NestFastifyApplication,
  ) {}

  static async open(options: WorldOptions = {}): Promise<RemedyWorld> {
    log.level = 'silent';
    const mail = await startMailSink({ port: await freePort() });
    const asks = {
      smtp: { url: mail.url, from: 'failsafe@failsafe.invalid', connections: 4 },
      publicUrl: 'https://failsafe.invalid',
      concurrency: 8,
      pollMs: 100,
    };
    const world = await startWorld({ real: {}, asks, ...options });
    return new RemedyWorld(world, mail, await apiOn(world, options.bundle));
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.world.close();
    await this.mail.stop();
  }

  get loop(): Loop {
    return this.world.loop;
  }

  /** Another release: its worker and its API have this code from now on. */
  async deploys(bundle: WorkflowBundleOption): Promise<void> {
    const worker = this.loop.app.get(WorkerService) as unknown as { settings: { workflows: object } };
    await workerStops(this.loop);
    worker.settings.workflows = { workflowBundle: bundle };
    await workerStarts(this.loop);
    await this.app.close();
    this.app = await apiOn(this.world, bundle);
  }

  async call(method: 'GET' | 'POST', path: string, body?: object, by = 'admin-1:admin'): Promise<Reply> {
    const { statusCode, body: text } = await this.app.inject({
      method,
      url: `/api/v1/admin/remedies${path}`,
      headers: { authorization: `Bearer dev:${by}` },
      ...(body ? { payload: body } : {}),
    });
    return { status: statusCode, body: JSON.parse(text) as unknown };
  }

  remedy(remedy: string, journey: string, more: object = {}, by?: string): Promise<Reply> {
    return this.call('POST', '', { remedy, journeys: [journey], reason: 'drill', ...more }, by);
  }

  /** Every mail about a journey. */
  mails(journey: string): AskMail[] {
    return asksIn(this.mail.folder).filter((mail) => mail.journey === journey);
  }
}

const apiOn = ({ database, loop }: World, bundle?: WorkflowBundleOption): Promise<NestFastifyApplication> =>
  createApi({
    databaseUrl: database.url,
    host: '127.0.0.1',
    poolSize: 4,
    masterKeys,
    temporal: { connectionOptions: { address: loop.env.address } },
    ...(bundle ? { workflows: bundle } : {}),
  });
