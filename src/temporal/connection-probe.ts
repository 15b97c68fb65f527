import { TemporalProbe } from '../api/health-probe';
import type { LazyTemporal } from './lazy-temporal';

const PATIENCE_MS = 1_000;

/** Asks Temporal whether it is there. */
export class TemporalConnectionProbe extends TemporalProbe {
  constructor(private readonly temporal: Pick<LazyTemporal, 'client'>) {
    super();
  }

  async look(): Promise<'up' | 'down'> {
    const { client } = this.temporal;
    return client
      .withDeadline(Date.now() + PATIENCE_MS, () => client.workflowService.getSystemInfo({}))
      .then(
        () => 'up',
        () => 'down',
      );
  }
}
