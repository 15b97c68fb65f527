import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';
import { between } from './played-dates';

/** Two films of a patient after a hip fracture and a stroke, requested two days after they were decided on. */
const films = async (clinic: Clinic, day: string): Promise<Examination[]> => {
  await clinic.at(`${day} 16:00`);
  const asked = {
    setting: 'inpatient',
    modality: 'XR',
    requester: 'ward-doctor',
    consultant: 'ward-consultant',
  } as const;
  const decided = '2017-11-06 09:00';
  const both = [
    await clinic.request({ ...asked, regions: ['lower-limb'], decided }),
    await clinic.request({ ...asked, regions: ['pelvis'], decided }),
  ];
  for (const film of both) await film.vetted();
  await clinic.at(`${day} 19:00`);
  for (const film of both) await film.imaged();
  return both;
};

/** X-rays come back to the ward without a report, are looked at there, and are formally reported 16 days later. */
export const c09: Case = {
  id: 'C09',
  title: 'sixteen-days',
  happened:
    'After a hip fracture and a stroke two X-rays were requested late, came back to the doctor without a report, and were ' +
    'formally reported 16 days later; the patient was left in pain.',
  expected: { outcome: 'shortened' },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'P3D',
    why: 'a patient in hospital and in pain: every day without the report counted',
  },
  begins: { day: '2017-11-06' },

  async play(clinic) {
    const both = await films(clinic, '2017-11-08');
    const taken = clinic.moment;
    const due = (await both[0]!.owes('report'))?.dueAt;
    await clinic.at('2017-11-08 20:30');
    for (const film of both) await film.looked('ward-doctor', 'diagnostic');
    const after = await both[0]!.owes('report');
    await clinic.holds('a look at the film stops no clock', after !== undefined && after.dueAt === due);
    await clinic.holds('the film is marked as unreported', both[0]!.markedUnreported());
    const { request } = await both[0]!.state();
    await clinic.holds(
      'the late request can be measured afterwards',
      between(request!.decidedAt!, request!.at) === 'P2DT7H',
    );

    await clinic.at('2017-11-24 19:00');
    const acted = clinic.moment;
    for (const film of both) await film.reported({ findings: [finding('urgent', film.regions[0]!)] });
    return both.map((examination) => ({
      examination,
      since: taken,
      acted,
      undone: ['report'],
      letItLie: ['ward-doctor'],
    }));
  },

  async twin(clinic) {
    const both = await films(clinic, '2017-11-06');
    for (const film of both) await film.looked('ward-doctor', 'diagnostic');
    await clinic.at('2017-11-07 10:00');
    for (const film of both) {
      await film.reported({ findings: [finding('urgent', film.regions[0]!)] });
      await followThrough(clinic, film, { by: 'ward-consultant', what: 'treat', owner: 'ward-doctor' });
    }
    return both;
  },
};
