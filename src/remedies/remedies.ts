import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor, Inputs, Remedy, RemedyReason, Sealed } from '../../domain/inputs';
import { AccessLog } from '../api/access-log';
import { Answer } from '../api/answer';
import type { ProblemCode } from '../api/problems';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { lockJourney } from '../asks/next-point';
import { randomUUIDv7 } from '../ids';
import { ClockPort } from '../intake/clock';
import { appendRow } from '../intake/inbox';
import { Sealing } from '../sealing/sealing';
import { correctionBody } from './correcting';
import type { Applying, Correction, Options, Would } from './kind';
import { Kinds } from './kinds';
import { picked } from './picking';
import { RemediesReader } from './remedies.reader';
import type { RemedyBody } from './remedy-schema';

/** What a remedy would do to one journey, or why it would do nothing. */
interface Foreseen {
  journey: string;
  critical: boolean;
  would?: Would;
  refused?: ProblemCode;
}

interface AskedRow {
  id: string;
  remedy: Remedy;
  reason: RemedyReason;
  options: Options;
  status: 'waiting' | 'applied';
  person: string;
  role: Actor['role'];
}

const INSERT = `
insert into remedy (id, remedy, reason, options, status, asked_by, asked_role, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** What people do about journeys that do not go on: looked at first, on record in each journey's own evidence. */
@Injectable()
export class Remedies {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly accesses: AccessLog,
    private readonly sealing: Sealing,
    private readonly kinds: Kinds,
    private readonly reader: RemediesReader,
  ) {}

  /**
   * Foresees (`dry`), applies, or keeps until a second person approves: where a critical duty is open, and for every correction,
   * since what it says becomes a fact.
   */
  async ask(request: ApiRequest, body: RemedyBody): Promise<Answer> {
    const correction = body.correction && { ...body.correction, data: correctionBody(body.correction) };
    const journeys = await picked(this.db.manager, body);
    const options = { force: body.force, row: body.row };
    const foreseen: Foreseen[] = [];
    for (const { journey, critical } of journeys)
      foreseen.push({ journey, critical, ...(await this.foresee(body.remedy, journey, options)) });
    if (foreseen.length === 1 && foreseen[0]!.refused) throw new Problem(foreseen[0]!.refused);
    const possible = foreseen.filter(({ refused }) => refused === undefined);
    const secondPerson = body.remedy === 'correct' || possible.some(({ critical }) => critical);
    if (body.dry) return new Answer(200, { remedy: body.remedy, secondPerson, items: foreseen });
    const id = await this.keep(request, body, foreseen, secondPerson);
    if (!secondPerson) await this.apply(id, request.principal as Actor, correction);
    return new Answer(202, await this.reader.one(id));
  }

  /** Another person than who asked lets it be done. Everything is looked at again. */
  async approve(request: ApiRequest, id: string): Promise<Answer> {
    const by = request.principal as Actor;
    const at = await this.clock.now();
    await this.db.transaction(async (m) => {
      const asked = await this.asked(m, id);
      if (asked.status !== 'waiting') throw new Problem('remedy-over');
      if (asked.person === by.person) throw new Problem('second-person-must-differ');
      await m.query(
        `update remedy set status = 'applied', approved_by = $2, approved_role = $3, approved_at = $4 where id = $1`,
        [id, by.person, by.role, at],
      );
      await this.accesses.note(request, { status: 202 }, m);
    });
    await this.apply(id, by);
    return new Answer(202, await this.reader.one(id));
  }

  private async foresee(
    remedy: Remedy,
    journey: string,
    options: Options,
  ): Promise<Omit<Foreseen, 'journey' | 'critical'>> {
    try {
      return { would: await this.kinds.of(remedy).look(this.db.manager, journey, options) };
    } catch (error) {
      // Where nobody can say, nobody can say it of any journey.
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      return { refused: error.code };
    }
  }

  /** What was asked for, with its words sealed as each journey's own. */
  private keep(
    request: ApiRequest,
    body: RemedyBody,
    foreseen: readonly Foreseen[],
    waits: boolean,
  ): Promise<string> {
    const by = request.principal as Actor;
    return this.db.transaction(async (m) => {
      const id = randomUUIDv7();
      const { force, row } = body;
      const correction = body.correction && {
        type: body.correction.type,
        ...(waits
          ? {
              sealed: await this.sealed(
                m,
                foreseen[0]!.journey,
                'correction',
                JSON.stringify(body.correction.data),
              ),
            }
          : {}),
      };
      const options = JSON.stringify({ force, row, correction, secondPerson: waits });
      const status = waits ? 'waiting' : 'applied';
      await m.query(INSERT, [
        id,
        body.remedy,
        body.reason,
        options,
        status,
        by.person,
        by.role,
        await this.clock.now(),
      ]);
      for (const { journey, critical, refused } of foreseen)
        await m.query(
          'insert into remedy_journey (remedy, journey, critical, note, refused) values ($1, $2, $3, $4, $5)',
          [
            id,
            journey,
            critical,
            body.note === undefined || refused
              ? null
              : JSON.stringify(await this.sealed(m, journey, 'note', body.note)),
            refused ?? null,
          ],
        );
      await this.accesses.note(
        request,
        { status: 202, ...(foreseen.length === 1 ? { journey: foreseen[0]!.journey } : {}) },
        m,
      );
      return id;
    });
  }

  private async sealed(m: EntityManager, journey: string, kind: string, text: string): Promise<Sealed> {
    const { [kind]: sealed } = await this.sealing.texts(m, journey, { [kind]: text });
    return sealed!;
  }

  private async asked(m: EntityManager, id: string): Promise<AskedRow> {
    const [asked] = await m.query<AskedRow[]>(
      `select id, remedy, reason, options, status, asked_by as person, asked_role as role from remedy where id = $1 for update`,
      [id],
    );
    if (!asked) throw new Problem('unknown-remedy');
    return asked;
  }

  /** One journey after the other, each in a transaction of its own: what was done stays done, whatever comes after it. */
  private async apply(id: string, by: Actor, given?: Correction): Promise<void> {
    const asked = await this.db.transaction((m) => this.asked(m, id));
    const correction = given ?? (await this.unsealed(asked.options.correction));
    const left = await this.db.query<{ journey: string; note: Sealed | null }[]>(
      'select journey, note from remedy_journey where remedy = $1 and refused is null order by journey',
      [id],
    );
    for (const { journey, note } of left) {
      const { would, refused } = await this.foresee(asked.remedy, journey, asked.options);
      if (would)
        await this.applyTo(asked, journey, { would, note, by, ...(correction ? { correction } : {}) });
      else
        await this.db.query('update remedy_journey set refused = $3 where remedy = $1 and journey = $2', [
          id,
          journey,
          refused,
        ]);
    }
  }

  private async applyTo(
    { id, remedy, reason, options, person, role }: AskedRow,
    journey: string,
    {
      would,
      note,
      by,
      correction,
    }: { would: Would; note: Sealed | null; by: Actor; correction?: Correction },
  ): Promise<void> {
    const at = await this.clock.now();
    const kind = this.kinds.of(remedy);
    const asker = { person, role };
    const applying: Applying = { options, by: asker, at, ...(correction ? { correction } : {}) };
    await this.db.transaction(async (m) => {
      await lockJourney(m, journey);
      const data: Inputs['remedied'] = {
        at,
        remedy,
        reason,
        ...(by.person === person ? {} : { asked: asker }),
        ...(await kind.act(m, journey, applying)),
        ...(note ? { note } : {}),
      };
      const { id: command } = await appendRow(m, journey, { type: 'remedied', data, by, receivedAt: at });
      await m.query('update remedy_journey set command = $3, did = $4 where remedy = $1 and journey = $2', [
        id,
        journey,
        command,
        JSON.stringify(would),
      ]);
    });
    await kind.after?.(journey, would);
  }

  private async unsealed(kept: Options['correction']): Promise<Correction | undefined> {
    if (!kept?.sealed) return undefined;
    const text = (await this.sealing.unsealed([kept.sealed.ref])).get(kept.sealed.ref)?.text;
    // Erased while it waited.
    if (text === undefined) throw new Problem('nothing-to-correct');
    return { type: kept.type, data: JSON.parse(text) as object };
  }
}
