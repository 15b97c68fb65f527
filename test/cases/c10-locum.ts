import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2016-09-05 09:00');
  const mri = await clinic.request({
    setting: 'outpatient',
    modality: 'MR',
    regions: ['abdomen'],
    requester: 'hepatologist',
  });
  await mri.vetted();
  await clinic.at('2016-09-05 14:00');
  await mri.imaged();
  await clinic.at('2016-09-05 16:00');
  await mri.claimed('locum');
  return mri;
};

/** A locum opens an MRI, never completes the report, and nobody else picks it up. (The feed's silence is not played here.) */
export const c10: Case = {
  id: 'C10',
  title: 'locum',
  happened:
    'A locum radiologist viewed an MRI and never completed its report; the radiology system was down, there was a backlog, ' +
    'and nobody else picked it up for two months. It was liver cancer.',
  expected: { outcome: 'shortened', days: 14 },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'P14D',
    why: 'chemotherapy was still possible early in the two months: weeks had to be won',
  },
  begins: { day: '2016-09-05' },

  async play(clinic) {
    const mri = await scan(clinic);
    const before = (await mri.owes('report'))!;
    await clinic.holds('while claimed, the locum answers for it', before.accountable.person === 'locum');
    await clinic.nobodyActs({ days: 1 });
    const after = (await mri.owes('report'))!;
    await clinic.holds(
      'the lease ended: the study is back in the pool',
      after.accountable.role === 'reporting-pool',
    );
    await clinic.holds(
      'the pool was asked at once',
      after.askedNow.role === 'reporting-pool' && after.asks === 1,
    );
    await clinic.holds("the report's own clock went on", after.limitAt === before.limitAt);

    await clinic.at('2016-11-07 10:00');
    await mri.reported({ findings: [finding('cancer', 'abdomen')] });
    return [
      { examination: mri, since: before.from, acted: clinic.moment, undone: ['report'], letItLie: ['locum'] },
    ];
  },

  async twin(clinic) {
    const mri = await scan(clinic);
    await clinic.nobodyActs({ minutes: 50 });
    await mri.reported({ by: 'locum', findings: [finding('cancer', 'abdomen')] });
    await followThrough(clinic, mri, { by: 'hepatologist', what: 'mdt', owner: 'mdt-1' });
    return [mri];
  },
};
