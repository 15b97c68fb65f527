import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { Feed } from './feed';
import { followThrough } from './follow-through';
import { finding } from './messages';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A RIS that may be quiet for three hours, day and night. */
const QUIET = { elapsed: 'PT3H' };

const scan = async (clinic: Clinic): Promise<{ mri: Examination; ris: Feed }> => {
  await clinic.at('2016-09-05 09:00');
  const mri = await clinic.request({
    setting: 'outpatient',
    modality: 'MR',
    regions: ['abdomen'],
    requester: 'hepatologist',
  });
  await mri.vetted();
  await clinic.at('2016-09-05 14:00');
  const ris = await Feed.registered(clinic, 'ris', QUIET);
  await mri.imaged('ris');
  await clinic.at('2016-09-05 16:00');
  await mri.claimed('locum');
  return { mri, ris };
};

/** A locum opens an MRI, never completes the report, the RIS goes down, and nobody else picks the study up. */
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
    const { mri, ris } = await scan(clinic);
    const before = (await mri.owes('report'))!;
    const wentDown = before.from;
    await clinic.at('2016-09-05 17:01');
    const [first] = await ris.asks();
    await clinic.holds(
      'the desk was asked about the silence of the RIS as soon as its three hours were over',
      first?.asked.role === 'desk' &&
        (await ris.silentSince()) !== undefined &&
        Math.abs(Date.parse(first.at) - Date.parse(wentDown) - 3 * HOUR) <= MINUTE,
    );
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
    const asks = await ris.asks();
    await clinic.holds(
      'two months of silence are one duty, and it is asked about all the while',
      new Set(asks.map((a) => `${a.key}/${a.opening}`)).size === 1 && asks.length > 100,
    );
    await mri.reported({ findings: [finding('cancer', 'abdomen')] });
    await clinic.settles();
    await clinic.holds('it is noted that the RIS speaks again', (await ris.heardAgain()) === 1);
    return [
      { examination: mri, since: before.from, acted: clinic.moment, undone: ['report'], letItLie: ['locum'] },
    ];
  },

  async twin(clinic) {
    const { mri, ris } = await scan(clinic);
    await clinic.nobodyActs({ minutes: 50 });
    await mri.reported({ by: 'locum', findings: [finding('cancer', 'abdomen')] });
    await followThrough(clinic, mri, { by: 'hepatologist', what: 'mdt', owner: 'mdt-1' });
    await clinic.holds('nobody is asked about a RIS that speaks', (await ris.asks()).length === 0);
    return [mri];
  },
};
