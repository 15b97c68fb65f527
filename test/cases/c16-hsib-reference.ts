import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const film = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2018-01-08 10:00');
  const chest = await clinic.request({
    setting: 'inpatient',
    modality: 'XR',
    regions: ['chest'],
    requester: 'ward-doctor',
    consultant: 'ward-consultant',
  });
  await chest.vetted();
  await clinic.at('2018-01-08 12:00');
  await chest.imaged();
  return chest;
};

/** A chest X-ray for another reason; the finding comes after the patient has gone home. */
export const c16: Case = {
  id: 'C16',
  title: 'hsib-reference',
  happened:
    'A chest X-ray of an inpatient, made for another reason, was reported after twelve days: possible lung cancer. The patient ' +
    'had gone home; the letter was not received, and an e-mail was not acted on. Two months later the patient died.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'P14D',
    stepInBy: 'P4D',
    why: 'suspected lung cancer: within two weeks a specialist should have seen the patient',
  },
  begins: { day: '2018-01-08' },

  async play(clinic) {
    const chest = await film(clinic);
    // Nothing reaches the practice: its mail comes back, and its system takes nothing.
    clinic.post.mailComesBack('family-doctor');
    clinic.post.systemRefuses('family-doctor');
    await clinic.at('2018-01-11 14:00');
    await chest.patientDischarged('home-1');
    await clinic.holds(
      'the GP is offered what is still owed',
      (await chest.owes('accept-handover')) !== undefined,
    );
    await clinic.at('2018-01-11 14:10');
    await clinic.holds('the GP was written to', clinic.post.mailsTo('family-doctor').length === 1);
    await clinic.holds("and the practice's system called", clinic.post.callsTo('family-doctor').length === 1);
    await clinic.holds(
      'as nothing arrived the offer is over at once, and the ward consultant stays accountable',
      (await chest.owes('accept-handover')) === undefined,
    );
    await clinic.at('2018-01-20 12:00');
    await chest.reported({ findings: [finding('cancer', 'chest')] });
    const verified = clinic.moment;
    const owed = (await chest.owes('acknowledge'))!;
    await clinic.holds('whoever discharged is asked', owed.askedNow.person === 'ward-consultant');
    await clinic.settles();
    await clinic.holds('by a mail, which arrives', clinic.post.mailsTo('ward-consultant').length > 0);

    await clinic.at('2018-03-20 12:00');
    const letItLie = ['ward-doctor', 'ward-consultant', 'family-doctor'];
    return [
      {
        examination: chest,
        since: verified,
        acted: clinic.moment,
        undone: ['acknowledge', 'tell-patient', 'tell-gp'],
        letItLie,
      },
    ];
  },

  async twin(clinic) {
    const chest = await film(clinic);
    await clinic.at('2018-01-09 10:00');
    await chest.patientDischarged('home-1');
    await clinic.nobodyActs({ minutes: 90 });
    await chest.accepted('family-doctor', 'discharge:home-1:family-doctor');
    await clinic.at('2018-01-09 15:00');
    await chest.reported({ findings: [finding('cancer', 'chest')] });
    await followThrough(clinic, chest, { by: 'family-doctor', what: 'refer', owner: 'chest-physician' });
    return [chest];
  },
};
