import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const scan = async (clinic: Clinic, day: string): Promise<Examination> => {
  await clinic.at(`${day} 17:00`);
  const ct = await clinic.request({
    setting: 'ed',
    modality: 'CT',
    priority: 'urgent',
    regions: ['abdomen', 'pelvis'],
    requester: 'surgeon',
  });
  await ct.vetted('urgent');
  await clinic.at(`${day} 18:30`);
  await ct.imaged();
  await clinic.at(`${day} 20:30`);
  await ct.reported({ findings: [finding('urgent', 'abdomen')] });
  return ct;
};

/** A CT from the emergency department asks for an urgent review; the surgeon reads it and acts a month later. */
export const c07: Case = {
  id: 'C07',
  title: 'a-month-later',
  happened:
    'An ED CT reported that the bowel needed urgent review. The surgeon who had requested it took no urgent action and ' +
    'followed it up a month later; neither patient nor GP was contacted.',
  expected: { outcome: 'shortened', days: 29 },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'PT24H',
    why: 'an urgent finding is to be evaluated within 24 hours (RCR, as the Ombudsman sums it up); every day after it counted',
  },
  begins: { day: '2018-09-03' },

  async play(clinic) {
    const ct = await scan(clinic, '2018-09-03');
    const verified = clinic.moment;
    await clinic.at('2018-09-03 22:30');
    await ct.acknowledged('surgeon', ['f1']);

    // The same, a day later, with a plan that nobody carries out: a plan is no more an action than an acknowledgement.
    const unproven = await scan(clinic, '2018-09-04');
    await clinic.at('2018-09-04 21:00');
    await unproven.acknowledged('surgeon', ['f1']);
    await unproven.planned('surgeon', 'refer', 'surgeon', 1);
    await unproven.told('surgeon');
    await unproven.receivedByPractice();
    const planned = clinic.moment;

    await clinic.at('2018-10-03 20:30');
    for (const kind of ['tell-patient', 'tell-gp'] as const) {
      const telling = await ct.owes(kind);
      await clinic.holds(`the clock of ${kind} runs from the report`, telling?.from === verified);
      await clinic.holds(`the desk is asked about ${kind}`, telling?.askedNow.role === 'desk');
    }
    const acted = clinic.moment;
    await ct.planned('surgeon', 'refer', 'surgeon', 1);
    await clinic.at('2018-10-04 20:30');
    await unproven.done('surgeon', 'appointment-kept');

    const letItLie = ['surgeon'];
    return [
      { examination: ct, since: verified, acted, undone: ['plan', 'tell-patient', 'tell-gp'], letItLie },
      { examination: unproven, since: planned, acted: clinic.moment, undone: ['complete'], letItLie },
    ];
  },

  async twin(clinic) {
    const ct = await scan(clinic, '2018-09-03');
    await followThrough(clinic, ct, { by: 'surgeon', what: 'refer', owner: 'surgeon' });
    return [ct];
  },
};
