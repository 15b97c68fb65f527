import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { InputType } from '../../domain/inputs';
import type { Answer } from '../api/answer';
import { Describe, PathId } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { Problem } from '../api/problems';
import { INPUTS } from '../api/schemas/inputs';
import type { Outcome } from './outcome';
import { InputRoutes, OUTCOMES } from './input-routes';
import { outcomeAnswer } from './outcome-answer';
import { Submissions } from './submissions.service';

/** Every fact and every command, addressed to a journey: POST /journeys/{journey}/{fact or command}. */
@Controller(`${API}/journeys/:journey`)
@InputRoutes(INPUTS, { addressed: true })
export class CommandsController {
  constructor(readonly submissions: Submissions) {}
}

/** Facts from feeds that know no journey, only order, accession or study and patient. */
@Controller(`${API}/messages`)
@InputRoutes(INPUTS.filter((spec) => spec.message), { addressed: false })
export class MessagesController {
  constructor(readonly submissions: Submissions) {}
}

interface Row {
  id: string;
  journey: string;
  n: number;
  type: InputType;
  subject: string;
  outcome: Outcome | null;
}

/** One address for the outcome of each thing that was sent in. */
@Controller(`${API}/commands`)
export class OutcomesController {
  constructor(private readonly db: DataSource) {}

  @Get(':command')
  @Permit('command:read')
  @Describe({
    tag: 'Commands',
    summary: 'What became of a fact or command',
    answers: { 200: OUTCOMES[200], 202: OUTCOMES[202] },
    problems: ['unknown-command'],
  })
  async outcome(@PathId(['command', 'unknown-command']) command: string): Promise<Answer> {
    const [row] = await this.db.query<Row[]>(
      `select i.id, i.journey, i.n, i.type, j.subject, i.outcome from inbox i join journey j on j.id = i.journey where i.id = $1`,
      [command],
    );
    if (!row) throw new Problem('unknown-command');
    return outcomeAnswer({ ...row, created: row.n === 1 }, row.outcome ?? undefined, 200);
  }
}
