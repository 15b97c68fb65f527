import { Injectable, Logger } from '@nestjs/common';
import { DirectoryService } from './directory.service';

const POLL_MS = 15_000;

/**
 * Somebody may be said to leave at a later moment. When it comes, the journeys in which they answer are told. Whom to ask is
 * right even before that: it is looked up at the moment of asking.
 */
@Injectable()
export class Leavers {
  private readonly log = new Logger('directory');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(private readonly directory: DirectoryService) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, POLL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Never throws: what fails now is tried again in a moment. */
  async look(): Promise<void> {
    try {
      const journeys = await this.directory.handOver();
      if (journeys > 0) this.log.log({ msg: 'somebody left; their journeys were told', journeys });
    } catch (err) {
      this.log.error({ msg: 'could not hand over for who left; will be tried again', err });
    }
  }
}
