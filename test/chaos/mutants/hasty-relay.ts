import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { JourneyStarter } from '../../../src/temporal/journey-starter';
import { replacePart } from '../../system/support/replaced-part';

/**
 * Our worker with one mistake: a row counts as finished as soon as it is delivered, and not when its outcome is recorded.
 * Whatever happens to the delivery then, nobody repeats it.
 */
class HastyStarter extends JourneyStarter {
  constructor(
    private readonly honest: JourneyStarter,
    private readonly db: DataSource,
  ) {
    super(undefined as never);
  }

  override async signal(...delivery: Parameters<JourneyStarter['signal']>): Promise<string> {
    const [journey, , { row }] = delivery;
    await this.db.query('update delivery set finished_n = greatest(finished_n, $2) where journey = $1', [
      journey,
      row.n,
    ]);
    return this.honest.signal(...delivery);
  }
}

replacePart(JourneyStarter, [DataSource], (honest, db: DataSource) => new HastyStarter(honest, db));
require('../../../src/main');
