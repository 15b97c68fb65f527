import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const film = async (clinic: Clinic, day: string): Promise<Examination> => {
  await clinic.at(`${day} 14:20`);
  const chest = await clinic.request({
    setting: 'ed',
    modality: 'XR',
    regions: ['chest'],
    requester: 'ed-doctor',
    consultant: 'ed-consultant',
  });
  await chest.vetted();
  await clinic.at(`${day} 15:10`);
  await chest.imaged();
  return chest;
};

/** The emergency department orders a chest X-ray, the patient goes to the ward, and each team thinks the other owns it. */
export const c13: Case = {
  id: 'C13',
  title: 'ed-ward',
  happened:
    'ED ordered chest X-rays in July 2014 and May 2015; nobody reported or reviewed either, each team taking the other to ' +
    'own them. In July 2017 the lung cancer was no longer treatable.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'P28D',
    stepInBy: 'P4D',
    why: 'a slowly growing tumour: the patient would likely have survived if the first film had led to treatment; four weeks is the longest that any report may take (NHS England 2023)',
  },
  begins: { day: '2014-07-07' },

  async play(clinic) {
    const both = ['ed-doctor', 'ed-consultant', 'ward-doctor', 'ward-consultant'];
    const acted = clinic.dates.instant('2017-07-10 12:00');
    const first = await film(clinic, '2014-07-07');
    const taken = clinic.moment;
    // The patient goes to the ward. ED takes it that the ward has the film as well; the ward never says so.
    await clinic.nobodyActs({ hours: 2 });
    await first.patientMoved('move-1', 'ward-consultant');
    await clinic.holds('the ward is asked to accept', (await first.owes('accept-handover')) !== undefined);
    await clinic.nobodyActs({ days: 1 });
    await clinic.holds('by a mail that arrives', clinic.post.mailsTo('ward-consultant').length > 0);
    await clinic.holds(
      'unaccepted, the offer is over, and ED stays accountable',
      (await first.owes('accept-handover')) === undefined,
    );

    // In May 2015 the same again. This one is reported, once the failsafe has asked, and then not read: the second clock.
    const second = await film(clinic, '2015-05-11');
    await clinic.at('2015-05-14 16:00');
    await second.reported({ findings: [finding('cancer', 'chest')] });
    const verified = clinic.moment;
    await second.patientMoved('move-2', 'ward-consultant');
    await clinic.nobodyActs({ days: 14 });
    const unread = await second.owes('acknowledge');
    await clinic.holds(
      'ED answers for it until somebody else accepts',
      unread?.accountable.person === 'ed-consultant',
    );
    return [
      { examination: first, since: taken, acted, undone: ['report'], letItLie: both },
      { examination: second, since: verified, acted, undone: ['acknowledge'], letItLie: both },
    ];
  },

  async twin(clinic) {
    const chest = await film(clinic, '2014-07-07');
    await clinic.nobodyActs({ hours: 2 });
    await chest.patientMoved('move-1', 'ward-consultant');
    await clinic.nobodyActs({ minutes: 20 });
    await chest.accepted('ward-consultant', 'move:move-1:ward-consultant');
    await clinic.at('2014-07-08 10:00');
    await chest.reported({ findings: [finding('cancer', 'chest')] });
    await followThrough(clinic, chest, { by: 'ward-consultant', what: 'image', owner: 'chest-physician' });
    return [chest];
  },
};
