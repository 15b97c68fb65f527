import type { Case } from './case';
import type { Clinic } from './clinic';
import type { Examination } from './examination';
import { finding } from './messages';

const critical = finding('critical', 'head');

const scan = async (clinic: Clinic): Promise<Examination> => {
  await clinic.at('2026-12-25 01:10');
  const ct = await clinic.request({
    setting: 'inpatient',
    modality: 'CT',
    priority: 'emergency',
    regions: ['head'],
    requester: 'ward-doctor',
    consultant: 'ward-consultant',
  });
  await ct.vetted('emergency');
  await clinic.at('2026-12-25 01:30');
  await ct.imaged();
  await clinic.at('2026-12-25 02:00');
  await ct.reported({ version: 1, status: 'preliminary', findings: [critical] });
  return ct;
};

/** A critical finding on a preliminary report at 02:00 on a bank holiday; the final report says a little more. */
export const c19: Case = {
  id: 'C19',
  title: 'overnight-preliminary',
  happened:
    'Not in the report, but such a system must get it right: at 02:00 on a bank holiday a preliminary report has a critical ' +
    'finding, nobody answers, and the final report comes 40 minutes later.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'PT1H',
    stepInBy: 'PT0S',
    why: 'critical: emergency action as soon as possible, a closed loop within the hour, whatever the calendar says',
  },
  begins: { day: '2026-12-25', on: 'a bank holiday' },

  async play(clinic) {
    const ct = await scan(clinic);
    const verified = clinic.moment;
    await clinic.at('2026-12-25 02:40');
    const before = (await ct.owes('acknowledge'))!;
    await ct.reported({
      version: 2,
      status: 'final',
      findings: [critical, finding('routine', 'head', 'f2')],
    });
    const after = await ct.owes('acknowledge');
    await clinic.holds(
      'the final report does not lose the ask',
      after !== undefined && after.asks >= before.asks,
    );
    await clinic.holds(
      'nor restart it',
      after !== undefined && after.rung >= before.rung && after.dueAt <= before.dueAt,
    );

    await clinic.at('2026-12-25 03:05');
    await clinic.holds('the desk has it by then', (await ct.askedNow('acknowledge'))?.role === 'desk');
    await ct.acknowledged('ward-consultant', ['f1'], true);
    return [
      { examination: ct, since: verified, undone: ['acknowledge', 'tell-patient', 'tell-gp'], letItLie: [] },
    ];
  },

  async twin(clinic) {
    const ct = await scan(clinic);
    await clinic.at('2026-12-25 02:08');
    await ct.acknowledged('ward-consultant', ['f1'], true);
    await clinic.at('2026-12-25 02:20');
    await ct.planned('ward-consultant', 'treat', 'ward-doctor', 1);
    await clinic.at('2026-12-25 02:25');
    await ct.actionAccepted('ward-doctor');
    await ct.reported({ version: 2, status: 'final', findings: [critical] });
    await clinic.at('2026-12-25 04:00');
    await ct.told('ward-consultant');
    await ct.receivedByPractice();
    await ct.done('ward-doctor', 'treatment');
    return [ct];
  },
};
