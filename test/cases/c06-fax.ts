import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { finding } from './messages';

const film = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2017-11-06 15:00');
  const chest = await clinic.request({
    setting: 'inpatient',
    modality: 'XR',
    priority: 'urgent',
    regions: ['chest'],
    requester: 'ward-doctor',
    consultant: 'ward-consultant',
  });
  await chest.vetted('urgent');
  await clinic.at('2017-11-06 16:00');
  await chest.imaged();
  await clinic.at('2017-11-06 17:00');
  await chest.reported({ findings: [finding('critical', 'chest')] });
  return chest;
};

/** A hole in the oesophagus is reported as critical, and the report is faxed. */
export const c06: Case = {
  id: 'C06',
  title: 'fax',
  happened:
    'An X-ray of an inpatient showed a hole in the oesophagus, flagged as critical. The report was faxed. It took a further ' +
    '24 hours until the doctor who had asked for it looked, and spoke with the surgeons.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'PT1H',
    stepInBy: 'PT15M',
    why: 'critical: emergency action as soon as possible, a closed loop within the hour',
  },
  begins: { day: '2017-11-06' },

  async play(clinic) {
    const chest = await film(clinic);
    const verified = clinic.moment;
    await clinic.settles();
    await clinic.holds('a mail arrived', clinic.post.mailsTo('ward-consultant').length === 1);
    await clinic.holds('somebody is to ring', (await chest.toBeRung()).includes('ward-consultant'));
    // Somebody sends the fax, and a ward clerk says that it came. Nobody said anything back.
    await clinic.at('2017-11-06 17:05');
    await chest.rung('radiologist', 'ward-consultant', 'no-read-back');
    await clinic.holds('neither fax nor mail ends the duty', (await chest.owes('acknowledge')) !== undefined);
    await clinic.at('2017-11-06 17:20');
    await clinic.holds(
      'the next rung is asked within minutes',
      (await chest.askedNow('acknowledge'))?.person !== 'ward-consultant',
    );
    await clinic.at('2017-11-06 17:50');
    await clinic.holds(
      'the desk has it within the hour',
      (await chest.askedNow('acknowledge'))?.role === 'desk',
    );
    await clinic.at('2017-11-07 17:00');
    const letItLie = ['ward-doctor', 'ward-consultant'];
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
    await clinic.nobodyActs({ minutes: 6 });
    await chest.rung('radiologist', 'ward-consultant', 'read-back', ['f1']);
    await clinic.nobodyActs({ minutes: 10 });
    await chest.planned('ward-consultant', 'treat', 'surgeon', 1);
    await clinic.nobodyActs({ minutes: 4 });
    await chest.actionAccepted('surgeon');
    await clinic.nobodyActs({ minutes: 60 });
    await chest.told('ward-consultant');
    await chest.receivedByPractice();
    await chest.done('surgeon', 'treatment');
    return [chest];
  },
};
