import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/vocabulary';

/**
 * The one clock of the edge: it stamps `receivedAt`, which decides whether something was in time. In skipped-time tests it
 * is the test server's clock.
 */
export abstract class ClockPort {
  abstract now(): Promise<Instant>;
}

/** This machine's clock, kept right by NTP. */
@Injectable()
export class SystemClock extends ClockPort {
  now(): Promise<Instant> {
    return Promise.resolve(new Date().toISOString());
  }
}
