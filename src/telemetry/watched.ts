import type { OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { showGauges } from './gauges';
import type { Telemetry } from './telemetry';
import { startTelemetry } from './telemetry';

/** How long whoever stops waits for the last spans and counts to leave. */
const FLUSH_MS = 2_000;

/** One part of the program as it is seen from outside: what it counts, and what stands in its database. */
export class Watched implements OnApplicationShutdown {
  private readonly telemetry: Telemetry;
  private readonly hideGauges: () => void;

  /** @param temporal whether Temporal answers */
  constructor(db: DataSource, temporal: () => Promise<boolean>, env: NodeJS.ProcessEnv = process.env) {
    this.telemetry = startTelemetry(env);
    this.hideGauges = showGauges(this.telemetry.meter, db, temporal);
  }

  /** Everything as Prometheus reads it. */
  text(): Promise<string> {
    return this.telemetry.text();
  }

  async onApplicationShutdown(): Promise<void> {
    this.hideGauges();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS)));
    await Promise.race([this.telemetry.flush(), patience]);
    clearTimeout(timer);
  }
}
