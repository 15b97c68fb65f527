import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

/** The order is cancelled as the patient is already on the way to the scanner. */
const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2018-02-05 09:00');
  const ct = await clinic.request({
    setting: 'inpatient',
    modality: 'CT',
    priority: 'urgent',
    regions: ['chest'],
    requester: 'ward-doctor',
    consultant: 'ward-consultant',
  });
  await ct.vetted('urgent');
  await clinic.at('2018-02-05 10:50');
  await ct.cancelled();
  await clinic.at('2018-02-05 11:00');
  await ct.imaged();
  return ct;
};

const report = async (clinic: Clinic, ct: Examination): Promise<void> => {
  await clinic.at('2018-02-05 15:00');
  await ct.reported({ findings: [finding('urgent', 'chest')] });
};

/** A result arrives for an order that no longer exists. */
export const c20: Case = {
  id: 'C20',
  title: 'cancelled-but-scanned',
  happened:
    'Not in the report, but such a system must get it right: the order was cancelled, the scan was done all the same, and ' +
    'its result, an urgent finding, arrives for an order that no longer exists.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'PT24H',
    stepInBy: 'PT1H',
    why: 'an urgent finding is to be evaluated within 24 hours (RCR, as the Ombudsman sums it up)',
  },
  begins: { day: '2018-02-05' },

  async play(clinic) {
    const ct = await scan(clinic);
    await report(clinic, ct);
    const verified = clinic.moment;
    await clinic.holds('the result is kept', (await ct.state()).reports.length === 1);
    await clinic.holds(
      'the requester owes an answer',
      (await ct.owes('clarify'))?.accountable.person === 'ward-doctor',
    );

    await clinic.at('2018-02-07 09:00');
    await ct.clarified('ward-doctor', 'still-act');
    await clinic.holds('the answer alone ends nothing else', (await ct.owes('acknowledge')) !== undefined);
    return [
      {
        examination: ct,
        since: verified,
        undone: ['acknowledge', 'clarify', 'tell-patient', 'tell-gp'],
        letItLie: [],
      },
    ];
  },

  async twin(clinic) {
    const ct = await scan(clinic);
    await clinic.nobodyActs({ minutes: 20 });
    await ct.clarified('ward-doctor', 'still-act');
    await report(clinic, ct);
    await followThrough(clinic, ct, { by: 'ward-consultant', what: 'treat', owner: 'ward-doctor' });
    return [ct];
  },
};
