import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AccessLog } from '../api/access-log';
import type { Answer } from '../api/answer';
import { enteredAfterwards, idempotencyKey, ifMatch, waitMs } from '../api/headers';
import type { Ticket } from '../api/idempotency';
import { claimKey, keepTicket, keyOf } from '../api/idempotency';
import type { Party } from '../../domain/inputs';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import type { InputSpec, Whose } from '../api/schemas/inputs';
import { IntakeService } from '../intake/intake.service';
import type { Submission } from '../intake/intake.service';
import { Outcomes } from '../intake/outcomes';
import { requirePolicy } from '../policy/require-policy';
import { outcomeAnswer } from './outcome-answer';

/** Something sent in, as its schema left it. */
export interface SentIn {
  spec: Pick<InputSpec, 'type' | 'kind'>;
  body: object;
  /** The journey it is addressed to. */
  journey?: string;
  /** What belongs into the transaction that takes it in, beside it; throwing here refuses it. */
  also?: (m: EntityManager) => Promise<void>;
}

/** Text and patient details go apart from the row, which holds neither. */
const submissionOf = (request: ApiRequest, { spec, body, journey }: SentIn): Submission => {
  const { identifiers, patient, note, text, ...data } = body as Whose & { note?: string; text?: string };
  return {
    type: spec.type,
    data: data as Submission['data'],
    texts: { note, text },
    by: request.principal!,
    journey,
    identifiers,
    patient,
    ifMatch: spec.kind === 'command' ? ifMatch(request) : undefined,
    happenedAt: enteredAfterwards(request, spec.type),
  };
};

/** Takes in what is sent over REST, and waits a moment for what becomes of it. */
@Injectable()
export class Submissions {
  constructor(
    private readonly db: DataSource,
    private readonly intake: IntakeService,
    private readonly outcomes: Outcomes,
    private readonly accesses: AccessLog,
  ) {}

  /** From the commit in here on, what was sent cannot be lost; the answer only says how far it has come. */
  async send(request: ApiRequest, sent: SentIn): Promise<Answer> {
    const submission = submissionOf(request, sent);
    const key = idempotencyKey(request);
    const ms = waitMs(request);
    const { ticket, ageMs } = await this.db.transaction((m) =>
      this.accept(m, request, submission, key, ms, sent.also),
    );
    if (ageMs !== undefined) {
      await this.notInFlight(ticket, ageMs);
      await this.accesses.note(request, { status: 202, journey: ticket.journey });
    }
    const known = ageMs === undefined ? undefined : await this.outcomes.of(ticket.id);
    return outcomeAnswer(ticket, known ?? (await this.outcomes.wait(ticket.id, ms)));
  }

  private async accept(
    m: EntityManager,
    request: ApiRequest,
    submission: Submission,
    key: string | undefined,
    ms: number,
    also: SentIn['also'],
  ): Promise<{ ticket: Ticket; ageMs?: number }> {
    const k = key === undefined ? undefined : keyOf(request, key);
    const before = k && (await claimKey(m, k));
    if (before) return before;
    await refersToWhatExists(m, submission);
    await also?.(m);
    const { journey, id, created, subject } = await this.intake.submit(submission, m);
    const ticket = { journey, id, type: submission.type, created, subject, waitMs: ms };
    if (k) await keepTicket(m, k, ticket);
    await this.accesses.note(request, { status: 202, journey }, m);
    return { ticket };
  }

  /** The same request again, while the first is still being answered. */
  private async notInFlight(ticket: Ticket, ageMs: number): Promise<void> {
    if (ageMs >= ticket.waitMs || (await this.outcomes.of(ticket.id))) return;
    throw new Problem('idempotency-in-flight', { headers: { 'retry-after': '1' } });
  }
}

/** Whoever does this answers for something from then on, so they must be somebody who can be reached. */
const TAKING_ON = new Set<string>(['acknowledge', 'accept', 'claim']);

/** A row that names what does not exist could never be recorded. */
const refersToWhatExists = async (
  m: EntityManager,
  { type, data, by, journey }: Submission,
): Promise<void> => {
  if (TAKING_ON.has(type) && !(await isKnown(m, by.person))) throw new Problem('not-in-directory');
  if (type === 'replan') await requirePolicy(m, (data as { policy?: string }).policy);
  for (const [pointer, person] of peopleIn(data)) await requirePerson(m, pointer, person);
  if (type === 'match' && (data as { journey: string }).journey === journey)
    throw new Problem('invalid-body', {
      errors: [{ pointer: '/journey', message: 'is the message itself' }],
    });
};

/** The people whom a command makes answer for something: moved to, offered to, named instead, rung. */
const peopleIn = (data: object): [pointer: string, person: string][] =>
  (['to', 'instead', 'whom'] as const).flatMap((name): [string, string][] => {
    const party = (data as Record<string, Partial<Party> | undefined>)[name];
    return typeof party === 'object' && party.person !== undefined ? [[`/${name}/person`, party.person]] : [];
  });

const isKnown = async (m: EntityManager, person: string): Promise<boolean> => {
  const [known] = await m.query<unknown[]>('select 1 from directory_person where id = $1', [person]);
  return known !== undefined;
};

/** A duty moved to somebody whom nobody knows would be nobody's. */
const requirePerson = async (m: EntityManager, pointer: string, person: string): Promise<void> => {
  if (!(await isKnown(m, person)))
    throw new Problem('invalid-body', { errors: [{ pointer, message: 'is not in the directory' }] });
};
