import type { Case } from './case';
import { followThrough } from './follow-through';
import { finding, reportFact } from './messages';

const order = {
  setting: 'ed',
  modality: 'CT',
  regions: ['head'],
  requester: 'ed-doctor',
  consultant: 'ed-consultant',
} as const;
const critical = { findings: [finding('critical', 'head')] };

/** Two reports that belong to nothing: one has an order number that nobody knows, one has none at all. */
export const c22: Case = {
  id: 'C22',
  title: 'unregistered',
  happened:
    'Not in the report, but such a system must get it right: a report with a critical finding arrives for a patient and an ' +
    'order that nobody sent.',
  expected: { outcome: 'prevented' },
  harm: {
    growsAfter: 'PT1H',
    stepInBy: 'PT5M',
    why: 'critical: emergency action as soon as possible, a closed loop within the hour, whoever the patient is',
  },
  begins: { day: '2018-11-05' },

  async play(clinic) {
    await clinic.at('2018-11-05 16:00');
    const unknownOrder = await clinic.unheralded(
      'report',
      reportFact(clinic.moment, critical, ['head']),
      true,
    );
    const verified = clinic.moment;
    await clinic.holds(
      'the unknown order has an owner',
      (await unknownOrder.owes('reconcile'))?.accountable.role === 'desk',
    );
    await clinic.at('2018-11-05 17:00');
    const noOrder = await clinic.unheralded('report', reportFact(clinic.moment, critical, ['head']), false);
    const verifiedToo = clinic.moment;
    const { subject } = await noOrder.state();
    await clinic.holds('without any identifier it is an unmatched item', subject === 'unmatched');
    await clinic.nobodyActs({ hours: 6 });
    return [
      {
        examination: unknownOrder,
        since: verified,
        undone: ['acknowledge', 'reconcile', 'tell-patient'],
        letItLie: [],
      },
      { examination: noOrder, since: verifiedToo, undone: ['reconcile'], letItLie: [] },
    ];
  },

  async twin(clinic) {
    await clinic.at('2018-11-05 16:00');
    const late = await clinic.unheralded('report', reportFact(clinic.moment, critical, ['head']), true);
    await clinic.nobodyActs({ minutes: 3 });
    await late.requestArrives({ ...order, regions: ['head'] });
    await followThrough(clinic, late, {
      by: 'ed-consultant',
      what: 'treat',
      owner: 'ed-doctor',
      voice: true,
    });

    const known = await clinic.request({ ...order, regions: ['head'] });
    await known.vetted();
    await known.imaged();
    const stray = await clinic.unheralded('report', reportFact(clinic.moment, critical, ['head']), false);
    await clinic.nobodyActs({ minutes: 3 });
    await stray.matchedTo(known, 'desk-1');
    await followThrough(clinic, known, {
      by: 'ed-consultant',
      what: 'treat',
      owner: 'ed-doctor',
      voice: true,
    });
    return [late, stray, known];
  },
};
