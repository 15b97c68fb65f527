import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

const film = (clinic: Clinic): Promise<Examination> =>
  clinic.request({ setting: 'outpatient', modality: 'XR', regions: ['chest'], requester: 'chest-physician' });

/** Two chest X-rays a year apart, read as: neither was ever reported. (Read the other way, C04b, it is a content miss.) */
export const c04a: Case = {
  id: 'C04a',
  title: 'two-films',
  happened:
    'A patient with known lung disease had two chest X-rays a year apart; the shadowing was not reported on in either. Here: ' +
    'neither film was ever reported.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'P28D',
    stepInBy: 'P28D',
    why: 'every examination is to be reported within four weeks (NHS England 2023); the next film came after a year',
  },
  begins: { day: '2016-06-06' },

  async play(clinic) {
    await clinic.at('2016-06-06 10:00');
    const first = await film(clinic);
    await first.vetted();
    await clinic.at('2016-06-06 11:00');
    await first.imaged();
    const firstTaken = clinic.moment;

    await clinic.at('2017-06-05 11:00');
    const second = await film(clinic);
    await second.vetted();
    await second.imaged();
    const secondTaken = clinic.moment;

    await clinic.nobodyActs({ days: 30 });
    return [
      {
        examination: first,
        since: firstTaken,
        acted: secondTaken,
        undone: ['report'],
        letItLie: ['chest-physician'],
      },
      { examination: second, since: secondTaken, undone: ['report'], letItLie: ['chest-physician'] },
    ];
  },

  async twin(clinic) {
    for (const [taken, reported] of [
      ['2016-06-06 11:00', '2016-06-13 09:00'],
      ['2017-06-05 11:00', '2017-06-12 09:00'],
    ] as const) {
      await clinic.at(taken);
      const one = await film(clinic);
      await one.vetted();
      await one.imaged();
      await clinic.at(reported);
      await one.reported({ findings: [finding('significant-unexpected', 'chest')] });
      await followThrough(clinic, one, { by: 'chest-physician', what: 'repeat', owner: 'chest-physician' });
    }
    return clinic.examinations;
  },
};
