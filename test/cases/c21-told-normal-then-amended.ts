import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

/** A routine film, read as normal, of which everybody has been told. */
const toldNormal = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2018-06-04 09:00');
  const film = await clinic.request({
    setting: 'outpatient',
    modality: 'XR',
    regions: ['chest'],
    requester: 'chest-physician',
  });
  await film.vetted();
  await clinic.at('2018-06-04 09:40');
  await film.imaged();
  await clinic.at('2018-06-05 09:00');
  await film.reported();
  await clinic.at('2018-06-05 11:00');
  await film.acknowledged('chest-physician');
  await film.told('chest-physician', 'letter');
  await film.receivedByPractice();
  return film;
};

const amended = { version: 2, status: 'amended', findings: [finding('cancer', 'chest')] } as const;

/** "Told: normal" must not survive "amended: suspected cancer". */
export const c21: Case = {
  id: 'C21',
  title: 'told-normal-then-amended',
  happened:
    'Not in the report, but such a system must get it right: a routine report, the patient told "normal" by letter, and a ' +
    'week later the report is amended to suspected cancer.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'P7D',
    stepInBy: 'PT1H',
    why: 'a patient is told within seven days where action is needed (US Veterans Affairs); until then "normal" stands uncorrected',
  },
  begins: { day: '2018-06-04' },

  async play(clinic) {
    const film = await toldNormal(clinic);
    await clinic.holds('the loop had closed', (await film.state()).closed);
    await clinic.at('2018-06-12 09:00');
    await film.reported({ ...amended, findings: [...amended.findings] });
    const verified = clinic.moment;
    const owed = Object.keys((await film.state()).obligations);
    for (const key of ['acknowledge:r2', 'tell-patient:r2', 'tell-gp:r2'])
      await clinic.holds(`${key} is owed again`, owed.includes(key));

    await clinic.at('2018-06-18 10:00');
    await film.acknowledged('chest-physician', ['f1']);
    await clinic.at('2018-06-25 10:00');
    const plan = await film.owes('plan');
    await clinic.holds('plan:r2:f1 is owed, and asked about', plan?.key === 'plan:r2:f1' && plan.asks > 0);
    return [
      {
        examination: film,
        since: verified,
        undone: ['acknowledge', 'plan', 'tell-patient', 'tell-gp'],
        letItLie: [],
      },
    ];
  },

  async twin(clinic) {
    const film = await toldNormal(clinic);
    await clinic.at('2018-06-12 09:00');
    await film.reported({ ...amended, findings: [...amended.findings] });
    await followThrough(clinic, film, { by: 'chest-physician', what: 'image', owner: 'chest-physician' });
    return [film];
  },
};
