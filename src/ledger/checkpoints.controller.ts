import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../api/answer';
import { Describe, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { CheckpointView, ConsistencyView } from './ledger.reader';
import {
  LedgerReader,
  checkpointView,
  checkpointsQuery,
  consistencyQuery,
  consistencyView,
} from './ledger.reader';

/** The ledger's signed checkpoints: hashes and signatures, nothing of a journey. */
@Controller(`${API}/checkpoints`)
export class CheckpointsController {
  constructor(private readonly ledger: LedgerReader) {}

  @Get()
  @Permit('checkpoint:read')
  @Describe({
    tag: 'Evidence',
    summary: 'Signed checkpoints of the ledger, the newest first',
    query: checkpointsQuery,
    answers: { 200: pageView(checkpointView) },
    problems: ['bad-cursor'],
  })
  list(@ValidQuery() query: z.output<typeof checkpointsQuery>): Promise<Page<CheckpointView>> {
    return this.ledger.checkpoints(query);
  }

  @Get('latest')
  @Permit('checkpoint:read')
  @Describe({
    tag: 'Evidence',
    summary: 'The latest checkpoint as a signed note, in plain text',
    answers: { 200: undefined },
    problems: ['unknown-checkpoint'],
  })
  async latest(): Promise<Answer> {
    return new Answer(200, await this.ledger.latest(), { 'content-type': 'text/plain; charset=utf-8' });
  }

  @Get('consistency')
  @Permit('checkpoint:read')
  @Describe({
    tag: 'Evidence',
    summary: 'A proof that the ledger of one size begins with that of a smaller one',
    query: consistencyQuery,
    answers: { 200: consistencyView },
    problems: ['unknown-checkpoint'],
  })
  consistency(@ValidQuery() query: z.output<typeof consistencyQuery>): Promise<ConsistencyView> {
    return this.ledger.consistency(query);
  }

  @Get('keys')
  @Permit('checkpoint:read')
  @Describe({
    tag: 'Evidence',
    summary: 'The verifier keys of all that ever signed. Trust one that reached you by another way',
    answers: { 200: z.object({ items: z.array(z.string()) }) },
  })
  async keys(): Promise<{ items: string[] }> {
    return { items: await this.ledger.keys() };
  }
}
