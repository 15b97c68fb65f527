import { Controller, Get } from '@nestjs/common';
import { Answer } from '../api/answer';
import { Describe } from '../api/describe';
import { Public } from '../api/permit';
import { PROMETHEUS } from './metrics-server';
import { Watched } from './watched';

/** What Prometheus reads of the API. Counts and codes, no patient and no person: a proxy in front need not hand it on. */
@Controller()
@Public()
export class MetricsController {
  constructor(private readonly watched: Watched) {}

  @Get('metrics')
  @Describe({
    tag: 'Health',
    summary: 'What is owed, waits and fails, as numbers for Prometheus (docs/RUNBOOKS.md)',
    answers: { 200: undefined },
    gives: ['text/plain'],
  })
  async metrics(): Promise<Answer> {
    return new Answer(200, await this.watched.text(), { 'content-type': PROMETHEUS });
  }
}
