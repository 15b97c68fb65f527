import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor, InputType, Inputs, Sealed } from '../../domain/inputs';
import type { Subject } from '../../domain/vocabulary';
import { Sealing } from '../sealing/sealing';
import { isBehind } from './backlog';
import { ClockPort } from './clock';
import { appendRow } from './inbox';
import type { Identifier } from './matching';
import { OURS, UnknownJourney, matchJourney } from './matching';
import { survivorOf } from './merges';
import type { PatientDetails } from './patients';

/** What a sender gives: free text and patient details apart, since rows hold neither. */
export interface Submission<T extends InputType = InputType> {
  type: T;
  data: Omit<Inputs[T], 'note' | 'text'>;
  texts?: { note?: string | undefined; text?: string | undefined };
  by: Actor;
  /** The journey it is addressed to; without one it is matched by identifiers. */
  journey?: string | undefined;
  identifiers?: Identifier[] | undefined;
  patient?: PatientDetails | undefined;
  /** The clinical version the sender had seen. */
  ifMatch?: number | undefined;
  /** When a command was done that is entered afterwards. */
  happenedAt?: string | undefined;
  /** Defects that the sender's side found. */
  queries?: string[] | undefined;
  /** Opens a canary. Only the runner of canaries says so: nothing that is sent in can (`src/canaries`). */
  canary?: true;
}

/** Where a submission went. From here on it cannot be lost. */
export interface Accepted {
  journey: string;
  /** The command's or message's id: its outcome is found under it. */
  id: string;
  n: number;
  /** A journey was opened for it. */
  created: boolean;
  subject: Subject;
}

/** What is about the service itself. */
const OF_THE_SERVICE = new Set<InputType>(['concern', 'review-due']);

/** One concern, or one thing to be reviewed, is one journey, found by what it is about; whatever else its sender calls it is no examination's. */
const ownName = ({
  type,
  journey,
  data,
}: Submission): Pick<Submission, 'type' | 'journey' | 'identifiers'> => {
  const { code, ref } = data as Inputs['concern' | 'review-due'];
  const value = ref === undefined ? code : `${code}:${ref}`;
  const identifiers = [{ assigner: OURS, type: type === 'concern' ? 'concern' : 'review', value }];
  return journey === undefined ? { type, identifiers } : { type, journey };
};

/**
 * The one way in: finds or mints the journey, gives the row its number, and only then may the sender be answered. All in
 * one transaction; with Postgres down nothing is accepted.
 */
@Injectable()
export class IntakeService {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly sealing: Sealing,
  ) {}

  /**
   * @param m the caller's transaction, where its own rows (an Idempotency-Key) must commit with this one
   * @throws UnknownJourney where it is addressed to a journey that does not exist
   */
  async submit(submission: Submission, m?: EntityManager): Promise<Accepted> {
    const receivedAt = await this.clock.now();
    const act = (tx: EntityManager) => this.accept(tx, submission, receivedAt);
    return m ? act(m) : this.db.transaction(act);
  }

  private async accept(m: EntityManager, s: Submission, receivedAt: string): Promise<Accepted> {
    const match = await matchJourney(
      m,
      this.sealing,
      OF_THE_SERVICE.has(s.type) ? ownName(s) : s,
      receivedAt,
    );
    const data = { ...s.data, ...(await this.sealed(m, s, match.journey)) } as Inputs[InputType];
    const row = await appendRow(m, match.journey, {
      type: s.type,
      data: s.type === 'match' ? await this.matched(m, data as Inputs['match']) : data,
      by: s.by,
      receivedAt,
      ifMatch: s.ifMatch,
      happenedAt: s.happenedAt,
      queries: [...(s.queries ?? []), ...match.queries],
      behind: isBehind(s.type, s.data, s.by, receivedAt),
    });
    return { journey: match.journey, created: match.created, subject: match.subject, ...row };
  }

  /** A match names a journey that exists, and that was not itself merged away. */
  private async matched(m: EntityManager, data: Inputs['match']): Promise<Inputs['match']> {
    const target = await survivorOf(m, data.journey);
    if (!target || target.subject === 'canary') throw new UnknownJourney();
    return { journey: target.id };
  }

  private sealed(m: EntityManager, s: Submission, journey: string): Promise<Record<string, Sealed>> {
    const given = Object.entries(s.texts ?? {}).filter(([, text]) => text !== undefined);
    return this.sealing.texts(m, journey, Object.fromEntries(given) as Record<string, string>);
  }
}
