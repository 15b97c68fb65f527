import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2018-09-03 17:00');
  const ct = await clinic.request({
    setting: 'ed',
    modality: 'CT',
    priority: 'urgent',
    regions: ['abdomen', 'pelvis'],
    requester: 'surgeon',
  });
  await ct.vetted('urgent');
  await clinic.at('2018-09-03 18:30');
  await ct.imaged();
  await clinic.at('2018-09-03 20:30');
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
    const ct = await scan(clinic);
    const verified = clinic.moment;
    await clinic.at('2018-09-03 22:30');
    await ct.acknowledged('surgeon', ['f1']);

    await clinic.at('2018-10-03 20:30');
    await ct.planned('surgeon', 'refer', 'surgeon', 1);
    return [
      {
        examination: ct,
        since: verified,
        acted: clinic.moment,
        undone: ['plan', 'tell-patient', 'tell-gp'],
        letItLie: ['surgeon'],
      },
    ];
  },

  async twin(clinic) {
    const ct = await scan(clinic);
    await followThrough(clinic, ct, { by: 'surgeon', what: 'refer', owner: 'surgeon' });
    return [ct];
  },
};
