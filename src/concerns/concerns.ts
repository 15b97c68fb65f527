import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Inputs } from '../../domain/inputs';
import { IntakeService } from '../intake/intake.service';

const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;

/**
 * What the service finds amiss with itself becomes a journey of its own that the desk owes an explanation of, by the ordinary
 * intake. One code and ref are one journey; the same `at` again changes nothing.
 */
@Injectable()
export class Concerns {
  constructor(private readonly intake: IntakeService) {}

  /** @param m the caller's transaction, where what it remembers of the concern must commit with it */
  async raise(concern: Inputs['concern'], m?: EntityManager): Promise<void> {
    await this.intake.submit({ type: 'concern', data: concern, by: SOFTWARE }, m);
  }
}
