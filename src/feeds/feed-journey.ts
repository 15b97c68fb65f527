import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { FeedInputs } from '../../domain/feeds';
import { IntakeService } from '../intake/intake.service';

const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;

/** The journey of a feed, found by its own name: what is noted about it goes there by the ordinary intake. */
@Injectable()
export class FeedJourney {
  constructor(private readonly intake: IntakeService) {}

  /** @param m the caller's transaction, where what it remembers of it commits with it */
  async note<T extends keyof FeedInputs>(
    m: EntityManager,
    feed: string,
    type: T,
    data: FeedInputs[T],
  ): Promise<void> {
    const identifiers = [{ assigner: 'imaging-failsafe', type: 'feed', value: feed }];
    await this.intake.submit({ type, data, by: SOFTWARE, identifiers }, m);
  }
}
