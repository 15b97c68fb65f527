import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { followThrough } from './follow-through';
import { finding } from './messages';

/** A film that another trust is to read. */
const film = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2017-06-05 09:00');
  const xray = await clinic.request({
    setting: 'outpatient',
    modality: 'XR',
    regions: ['spine'],
    requester: 'rheumatologist',
  });
  await xray.vetted();
  await clinic.at('2017-06-05 11:00');
  await xray.imaged();
  await clinic.at('2017-06-05 11:30');
  await xray.sentElsewhere();
  return xray;
};

/** The upload to the other trust fails without anybody noticing. */
export const c11: Case = {
  id: 'C11',
  title: 'upload',
  happened:
    'An X-ray shared with another trust did not upload, and was reviewed three weeks late; it was myeloma, and some weeks ' +
    'earlier the patient might have had chemotherapy.',
  expected: { outcome: 'shortened', days: 18 },
  harm: {
    growsAfter: 'PT0S',
    stepInBy: 'P3D',
    why: 'some weeks earlier might have meant treatment: all but the first days of the three weeks had to be won',
  },
  begins: { day: '2017-06-05' },

  async play(clinic) {
    const xray = await film(clinic);
    const sent = clinic.moment;
    await clinic.nobodyActs({ days: 2, minutes: 1 });
    await clinic.holds(
      'the sending site is asked first',
      (await xray.askedNow('transfer'))?.role === 'sending-site',
    );
    await clinic.at('2017-06-26 11:30');
    await xray.arrivedElsewhere();
    return [{ examination: xray, since: sent, acted: clinic.moment, undone: ['transfer'], letItLie: [] }];
  },

  async twin(clinic) {
    const xray = await film(clinic);
    await clinic.nobodyActs({ hours: 1 });
    await xray.arrivedElsewhere();
    await clinic.at('2017-06-07 10:00');
    await xray.reported({ findings: [finding('cancer', 'spine')] });
    await followThrough(clinic, xray, { by: 'rheumatologist', what: 'refer', owner: 'rheumatologist' });
    return [xray];
  },
};
