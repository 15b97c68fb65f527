import { Injectable, Logger } from '@nestjs/common';
import { Rounds } from '../rounds';
import { DirectoryService } from './directory.service';

const POLL_MS = 15_000;

/**
 * Somebody may be said to leave at a later moment. When it comes, the journeys in which they answer are told. Whom to ask is
 * right even before that: it is looked up at the moment of asking.
 */
@Injectable()
export class Leavers {
  private readonly log = new Logger('directory');
  private readonly rounds = new Rounds({
    act: () => this.look(),
    failed: (err) => this.log.error({ msg: 'could not hand over for who left; will be tried again', err }),
    pollMs: POLL_MS,
  });

  constructor(private readonly directory: DirectoryService) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** @returns how many journeys were told */
  async look(): Promise<number> {
    const journeys = await this.directory.handOver();
    if (journeys > 0) this.log.log({ msg: 'somebody left; their journeys were told', journeys });
    return journeys;
  }
}
