import type { Action } from '../../domain/inputs';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import type { PersonId } from './people';

interface Care {
  by: PersonId;
  /** What is done about the finding, and by whom. */
  what: Action['what'];
  owner: PersonId;
  /** A critical one is acknowledged by voice, with read-back. */
  voice?: boolean;
}

/** For twins: an alert finding is acknowledged, planned for, told and carried out within two hours of its report. */
export const followThrough = async (clinic: Clinic, examination: Examination, care: Care): Promise<void> => {
  const { by, what, owner, voice = false } = care;
  await clinic.nobodyActs({ minutes: 8 });
  await examination.acknowledged(by, ['f1'], voice);
  await clinic.nobodyActs({ minutes: 10 });
  await examination.planned(by, what, owner, 2);
  await clinic.nobodyActs({ minutes: 5 });
  if (owner !== by) await examination.actionAccepted(owner);
  await clinic.nobodyActs({ minutes: 35 });
  await examination.told(by);
  await examination.receivedByPractice();
  await clinic.nobodyActs({ minutes: 60 });
  await examination.done(owner, PROOF_OF[what]);
};

const PROOF_OF = {
  refer: 'appointment-kept',
  image: 'order',
  treat: 'treatment',
  mdt: 'mdt-outcome',
  admit: 'admission',
  repeat: 'order',
  contact: 'contact-made',
} as const;
