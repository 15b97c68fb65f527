import type { Mutant } from '../support/mutant';

/** Offers, their answers, and calls. */
export const HANDOVER: Mutant[] = [
  {
    name: 'without accept handover',
    file: 'pathway',
    find: 'without: readonly string[] = []',
    replace: "without: readonly string[] = ['accept-handover']",
  },
  {
    name: 'a move hands the patient over without acceptance',
    file: 'evolve',
    find: 'moved: (j, f) => ({ moves: insert(j.moves, f) }),',
    replace:
      'moved: (j, f) => ({ moves: insert(j.moves, f), ...(f.to.person ? moved(j, "clinician", { role: f.to.role, person: f.to.person }, f.seq) : {}) }),',
  },
  {
    name: 'an offer hands the duty over without acceptance',
    file: 'evolve',
    find: 'offer: (j, f) => ({ offers: [...j.offers, f] }),',
    replace:
      'offer: (j, f) => ({ offers: [...j.offers, f], ...(f.to.person ? moved(j, f.duty ?? "clinician", { role: f.to.role, person: f.to.person }, f.seq) : {}) }),',
  },
  {
    name: 'an acceptance changes nothing',
    file: 'evolve',
    find: "    ...moved(j, f.of === PATIENT ? 'clinician' : f.of!, f.by, f.seq),\n",
    replace: '',
  },
  {
    name: 'an offer has a ladder',
    file: 'decide',
    find: "if (o.kind === 'accept-handover') return expired(j, o, 'deadline', now);",
    replace: '',
  },
  {
    name: 'an offer that ran out asks nobody',
    file: 'unanswered',
    find: "  ...senderAsked(j, offerOf(o.key)!, 'offer-expired'),\n",
    replace: '',
  },
  {
    name: 'a declined offer asks nobody',
    file: 'decide',
    find: "row.data.instead ? [] : senderAsked(j, row.data.offer, 'offer-declined')",
    replace: '[]',
  },
  {
    name: 'an offer that could not be delivered stays open',
    file: 'decide',
    find: "if (o.kind === 'accept-handover') return expired(j, o, 'delivery-failed', now);",
    replace: "if (o.kind === 'accept-handover') return [];",
  },
  {
    name: 'an offer stops the ladder of what it offers',
    file: 'schedule',
    find: 'dueAt: again && o.dueAt > at ? o.dueAt :',
    replace: 'dueAt:',
  },
  {
    name: 'whoever is asked about a refused offer is only ever the sender',
    file: 'directory',
    find: "to.role === 'gp'",
    replace: 'false',
  },
  {
    name: 'anybody may accept an offer',
    file: 'guards-handover',
    find: "return isReceiver(j, found, by) ? found : 'not-yours';",
    replace: 'return found;',
  },
  {
    name: 'anybody may offer what is not theirs',
    file: 'guards-handover',
    find: "if (owner.person !== by.person && !LEADS.includes(by.role)) return 'not-yours';",
    replace: '',
  },
  {
    name: 'a patient may be accepted by somebody who is no clinician',
    file: 'guards-handover',
    find: "return found.of !== PATIENT || isClinician(by.role) ? undefined : 'role-not-permitted';",
    replace: 'return undefined;',
  },
  {
    name: 'an older offer of the same thing stays open beside the newer',
    file: 'offers',
    find: 'return isNewest(offer, all) && ',
    replace: 'return ',
  },
  {
    name: 'an offer keeps a journey open that owes nothing else',
    file: 'offers',
    find: 'offer.of === PATIENT ? owed.size > 0 || !ended :',
    replace: 'offer.of === PATIENT ? true :',
  },
  {
    name: "a planned action is its owner's before they accept it",
    file: 'pathway-results',
    find: 'accountable: { role: p.by.role, person: p.by.person },',
    replace: 'accountable: action.owner,',
  },
  {
    name: 'offers of one instant stand in the order of arrival',
    file: 'offers',
    find: 'return all.sort((a, b) => (`${a.from} ${a.id}` < `${b.from} ${b.id}` ? -1 : 1));',
    replace: 'return all.sort((a, b) => (a.from === b.from ? a.seq - b.seq : a.from < b.from ? -1 : 1));',
  },
  {
    name: 'an offer stays open though its receiver has the duty by the directory',
    file: 'schedule',
    find: 'if (looked) settled(state, proposal, looked.at).forEach(keep);',
    replace: '',
  },
  {
    name: 'a call counts without having been said back',
    file: 'guards-handover',
    find: "outcome === 'read-back' && duty",
    replace: "outcome !== 'unable-to-reach' && duty",
  },
  {
    name: 'a call that was said back need not name each finding',
    file: 'guards-handover',
    find: "return acknowledge(j, { version, findings, how: 'voice', readBack: true }, data.whom, rules);",
    replace: 'void rules; return undefined;',
  },
  {
    name: 'a call without anybody reached waits for the deadline',
    file: 'unanswered',
    find: "call.outcome === 'unable-to-reach' &&",
    replace: 'false &&',
  },
  {
    name: 'a call to anybody at all goes up',
    file: 'unanswered',
    find: ' && call.whom.person === o.askedNow.person',
    replace: '',
  },
  {
    name: 'one who rings acknowledges for themselves',
    file: 'guards-handover',
    find: "if (data.whom.person === by.person) return 'second-person-must-differ';",
    replace: '',
  },
];
