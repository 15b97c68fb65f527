import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ClockPort } from '../../src/intake/clock';

/** The test server's clock: the edge and the workflows agree on what time it is, though it is years from this machine's. */
export class SkippedClock extends ClockPort {
  constructor(private readonly env: TestWorkflowEnvironment) {
    super();
  }

  async now(): Promise<string> {
    return new Date(await this.env.currentTimeMs()).toISOString();
  }
}
