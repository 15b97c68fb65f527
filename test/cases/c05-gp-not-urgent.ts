import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2018-03-05 09:30');
  const ultrasound = await clinic.request({
    setting: 'gp',
    modality: 'US',
    regions: ['abdomen'],
    requester: 'family-doctor',
  });
  await ultrasound.vetted();
  await clinic.at('2018-03-12 11:00');
  await ultrasound.imaged();
  await clinic.at('2018-03-12 16:00');
  await ultrasound.reported({ findings: [finding('significant-unexpected', 'abdomen')] });
  return ultrasound;
};

/** A GP's scan is abnormal; a referral that nobody calls urgent goes to the hospital, and comes back to the GP. */
export const c05: Case = {
  id: 'C05',
  title: 'gp-not-urgent',
  happened:
    "A GP's scan found something abnormal in the liver. The GP referred the patient to three places and called none of it " +
    'urgent; the medical team sent the patient back to the GP. It was pancreatic cancer.',
  expected: { outcome: 'shortened' },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'P21D',
    why: 'an abnormal finding with weight loss wanted an urgent referral for cancer at once (NICE, as the Ombudsman sums it up); the report gives no dates, so two months are ours',
  },
  begins: { day: '2018-03-05' },

  async play(clinic) {
    const ultrasound = await scan(clinic);
    await clinic.at('2018-03-13 18:00');
    await ultrasound.acknowledged('family-doctor', ['f1']);
    await ultrasound.planned('family-doctor', 'refer', 'hepatologist', 14);
    await ultrasound.told('family-doctor');
    const referred = clinic.moment;
    await clinic.settles();

    // "Back to the GP" was all that the hospital said, and each took it that the other would see to it.
    await clinic.holds('the hospital was asked to accept', clinic.post.mailsTo('hepatologist').length === 1);
    const heard = clinic.post.callsTo('family-doctor').length;
    await clinic.at('2018-03-14 10:00');
    await ultrasound.actionDeclined('hepatologist');
    const owed = await ultrasound.owes('complete');
    await clinic.holds('declined, the GP still answers for it', owed?.accountable.person === 'family-doctor');
    await clinic.holds('and is asked at once', owed?.asks === 1 && owed.askedNow.person === 'family-doctor');
    await clinic.settles();
    await clinic.holds(
      "the question is in the practice's own system",
      clinic.post.callsTo('family-doctor').length > heard,
    );

    await clinic.at('2018-05-12 10:00');
    const letItLie = ['family-doctor', 'hepatologist'];
    return [
      { examination: ultrasound, since: referred, acted: clinic.moment, undone: ['complete'], letItLie },
    ];
  },

  async twin(clinic) {
    const ultrasound = await scan(clinic);
    await followThrough(clinic, ultrasound, { by: 'family-doctor', what: 'refer', owner: 'hepatologist' });
    return [ultrasound];
  },
};
