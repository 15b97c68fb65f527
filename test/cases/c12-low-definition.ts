import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2014-07-08 09:00');
  const ct = await clinic.request({
    setting: 'outpatient',
    modality: 'CT',
    regions: ['abdomen', 'pelvis'],
    requester: 'urologist',
  });
  await ct.vetted();
  await clinic.at('2014-07-08 14:00');
  await ct.imaged();
  return ct;
};

/** The part of the case that is about time: the CT of July is formally reported in October. */
export const c12Report: Case = {
  id: 'C12-report',
  title: 'low-definition',
  happened:
    'A CT of July 2014 after bladder cancer waited for its report until October. In August the urologist looked at a ' +
    'low-definition copy in clinic and saw nothing abnormal.',
  expected: { outcome: 'shortened' },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'P28D',
    why: 'three months of the delay were avoidable; every examination is to be reported within four weeks (NHS England 2023)',
  },
  begins: { day: '2014-07-08' },

  async play(clinic) {
    const ct = await scan(clinic);
    const taken = clinic.moment;
    await clinic.at('2014-08-12 10:20');
    const before = (await ct.owes('report'))!;
    await ct.looked('urologist', 'low-definition');
    const after = await ct.owes('report');
    await clinic.holds(
      'the view in clinic is on record',
      (await ct.state()).views[0]?.quality === 'low-definition',
    );
    await clinic.holds('it stops no clock', after?.dueAt === before.dueAt && after.rung === before.rung);
    await clinic.holds('the scan is still marked as unreported', ct.markedUnreported());

    await clinic.at('2014-10-07 15:00');
    await ct.reported();
    return [
      { examination: ct, since: taken, acted: clinic.moment, undone: ['report'], letItLie: ['urologist'] },
    ];
  },

  async twin(clinic) {
    const ct = await scan(clinic);
    await clinic.at('2014-07-15 09:00');
    await ct.reported({ findings: [finding('cancer', 'pelvis')] });
    await followThrough(clinic, ct, { by: 'urologist', what: 'mdt', owner: 'mdt-1' });
    return [ct];
  },
};
