import type { Submission } from '../../../src/intake/intake.service';

let patients = 0;

/** A synthetic patient that no other test has, proven by a hospital number. */
export const newPatient = (): Submission['patient'] => ({
  hospitalNumber: `H${process.pid}-${++patients}`,
  assigner: 'T1',
});
