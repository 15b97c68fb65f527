import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';

/** The film of the patient whom the investigation was about, reported and told; its family complains. */
const complaint = async (clinic: Clinic): Promise<Examination> => {
  const chest = await clinic.request({
    setting: 'outpatient',
    modality: 'XR',
    regions: ['chest'],
    requester: 'chest-physician',
  });
  await chest.vetted();
  await chest.imaged();
  await chest.reported();
  await chest.acknowledged('chest-physician');
  await chest.told('chest-physician');
  await chest.receivedByPractice();
  await clinic.nobodyActs({ minutes: 10 });
  await chest.complained('complaint-1');
  return chest;
};

/** After the investigation a failsafe code is brought in, and nobody looks after it, shares what was found, or answers. */
export const c14: Case = {
  id: 'C14',
  title: 'not-audited',
  happened:
    'After an investigation a failsafe code was brought in. In two years it was neither tried nor audited; the findings were ' +
    'not shared with the commissioners, and the family had no answer and no apology.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'P730D',
    stepInBy: 'P365D',
    why: 'two years went by in the report; the employer audits its failsafe regularly (RCR 2016), here once a year',
  },
  begins: { day: '2018-03-05' },

  async play(clinic) {
    await clinic.at('2018-03-05 10:00');
    const since = clinic.moment;
    const audit = await clinic.toBeReviewed('failsafe-audit');
    const shared = await clinic.toBeReviewed('findings-shared', 'commissioners', 60);
    const chest = await complaint(clinic);
    // Told and closed before; the complaint opened it again.
    const complained = clinic.moment;
    await clinic.holds(
      'channel and ladder are tried on the first day, without any patient',
      (await clinic.canaries('canary@synthetic.invalid')).join() === 'intake:ladder,intake:mail',
    );
    await clinic.nobodyActs({ days: 5 });
    await clinic.holds('the complaint is owed an answer', (await chest.owes('answer')) !== undefined);
    await clinic.at('2018-06-30 10:00');
    await clinic.holds(
      'the desk knows that the findings were not shared',
      (await shared.askedNow('review'))?.role === 'desk',
    );
    await chest.answered('desk-1', 'complaint-1');
    const answered = clinic.moment;
    await clinic.at('2019-03-20 10:00');
    const letItLie = ['safety-lead-1'];
    return [
      { examination: audit, since, undone: ['review'], letItLie },
      { examination: shared, since, undone: ['review'], letItLie },
      { examination: chest, since: complained, acted: answered, undone: ['answer'], letItLie },
    ];
  },

  async twin(clinic) {
    await clinic.at('2018-03-05 10:00');
    const shared = await clinic.toBeReviewed('findings-shared', 'commissioners', 60);
    const chest = await complaint(clinic);
    await clinic.canaries('canary@synthetic.invalid');
    await clinic.nobodyActs({ hours: 2 });
    await chest.answered('desk-1', 'complaint-1');
    await clinic.nobodyActs({ days: 10 });
    await shared.reviewed('safety-lead-1', 'findings-shared:commissioners');
    return [shared, chest];
  },
};
