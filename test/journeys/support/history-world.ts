import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../../src/api/create-api';
import { Archiver } from '../../../src/histories/archiver';
import { HistoryCheck } from '../../../src/histories/history-check';
import { HistoryKeeper } from '../../../src/histories/history-keeper';
import { log } from '../../../src/logging';
import type { Loop } from '../../support/loop';
import type { Examination } from './examination';
import { eventually } from './patience';
import type { World } from './use-loop';

/** What the tests of kept histories look at and do, on a real Temporal server. */

export interface RunRow {
  run: string;
  ended_how: string | null;
  settled: boolean;
  failing_since: Date | null;
}

export const runsOf = (loop: Loop, journey: string): Promise<RunRow[]> =>
  loop.db.query('select * from run where journey = $1 order by noted_at', [journey]);

export const copiesOf = (
  loop: Loop,
  journey: string,
): Promise<{ run: string; events: number; whole: boolean; sha256: string }[]> =>
  loop.db.query('select * from history_archive where journey = $1 order by archived_at', [journey]);

/** Closes a reported journey, and waits until its run has ended. */
export const closes = async (exam: Examination, version = 'r1'): Promise<void> => {
  await exam.acknowledge(version);
  await exam.finish(version);
  await eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');
};

/** Archives everything that is due, a journey's runs among it. */
export const archives = async (loop: Loop, journey: string): Promise<void> => {
  await loop.db.query('update run set next_at = now() where journey = $1', [journey]);
  while ((await loop.app.get(Archiver).archiveDue()) > 0);
};

export const keeperStops = (loop: Loop): Promise<void> => loop.app.get(HistoryKeeper).stop();
export const check = (loop: Loop) => loop.app.get(HistoryCheck).check();

/** A run is deleted from Temporal, as its retention does. */
export const deletes = async (loop: Loop, journey: string, run: string): Promise<void> => {
  const { client, namespace = 'default' } = loop.env;
  const workflowExecution = { workflowId: journey, runId: run };
  await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  await eventually('the run to be gone', async () =>
    client.workflow
      .getHandle(journey, run)
      .fetchHistory()
      .then(
        () => false,
        () => true,
      ),
  );
};

interface Concern {
  journey: string;
  subject: string;
  closed: boolean;
  key: string;
  person: string;
}

/** The journey in which a concern is owned, and what it owes. */
export const concernAbout = (loop: Loop, code: string, ref: string): Promise<Concern> =>
  eventually(`a concern ${code}`, async () => {
    const [row] = await loop.db.query<Concern[]>(
      `select j.id as journey, j.subject, j.closed, o.key, o.accountable_person as person
       from identifier i join journey j on j.id = i.journey join obligation o on o.journey = j.id
       where i.type = 'concern' and i.value = $1`,
      [`${code}:${ref}`],
    );
    return row;
  });

/** The API over a world's database, with this Temporal. */
export const apiOver = async (
  { database }: World,
  address: string,
): Promise<{ app: NestFastifyApplication; history: (journey: string, query?: string) => Promise<Reply> }> => {
  log.level = 'silent';
  const app = await createApi({
    databaseUrl: database.url,
    host: '127.0.0.1',
    poolSize: 4,
    temporal: { connectionOptions: { address } },
  });
  const history = async (journey: string, query = '?limit=200', role = 'safety-lead'): Promise<Reply> => {
    const { statusCode, body } = await app.inject({
      url: `/api/v1/journeys/${journey}/history${query}`,
      headers: { authorization: `Bearer dev:reader-1:${role}`, 'purpose-of-use': 'PATSFTY' },
    });
    return { status: statusCode, text: body, body: JSON.parse(body) as Reply['body'] };
  };
  return { app, history };
};

export interface Reply {
  status: number;
  text: string;
  body: {
    code?: string;
    next?: string;
    runs: { run: string; source: string; events: number; sound: boolean }[];
    items: {
      run: string;
      event: number;
      at: string;
      type: string;
      says: Record<string, unknown>;
      recorded?: { seq: number; type: string }[];
      caused?: { seq: number; type: string }[];
    }[];
  };
}

/** The same answer, whatever it was read from. */
export const withoutSource = ({ text }: Reply): string => text.replaceAll(/"source":"\w+"/g, '"source":""');
