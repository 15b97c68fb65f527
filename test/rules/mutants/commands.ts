import type { Mutant } from '../support/mutant';

/** What people may not do, and what their acts do not do. */
export const COMMANDS: Mutant[] = [
  {
    name: 'a critical finding is acknowledged on a screen',
    file: 'guards-results',
    find: "if (issue.category === 'critical' && !(data.how === 'voice' && data.readBack === true))",
    replace: 'if (false)',
  },
  {
    name: 'a call without read-back is enough',
    file: 'guards-results',
    find: "!(data.how === 'voice' && data.readBack === true)",
    replace: "data.how !== 'voice'",
  },
  {
    name: 'an acknowledgement need not list every alert',
    file: 'guards-results',
    find: "  if (alerts.some((id) => !data.findings.includes(id))) return 'findings-incomplete';\n",
    replace: '',
  },
  {
    name: 'an older version may be acknowledged and planned',
    file: 'guards-results',
    find: "return live(j).some((i) => i.label === issue.label) ? issue : 'version-superseded';",
    replace: 'return issue;',
  },
  {
    name: 'an alert is told by letter',
    file: 'guards-results',
    find: 'isAlert(issue.category) && !HUMAN_CONTACT.includes(data.how)',
    replace: 'false',
  },
  {
    name: 'the dead are told',
    file: 'guards-results',
    find: 'j.deaths.length > 0 &&\n',
    replace: 'false &&\n',
  },
  {
    name: 'one person waives an alert',
    file: 'guards',
    find: 'return seconded || !needsSecondPerson(j, data.duty, rules);',
    replace: 'return true;',
  },
  {
    name: 'one person waives an alert twice',
    file: 'guards',
    find: "  return needsSecondPerson(j, data.duty, rules) && seconding && pending.by.person === by.person\n    ? 'second-person-must-differ'\n    : undefined;",
    replace: '  void seconding;\n  return undefined;',
  },
  {
    name: 'two people who disagree on the reason waive an alert',
    file: 'guards',
    find: '    pending.reason === data.reason &&\n    pending.by.person !== by.person;',
    replace: '    pending.by.person !== by.person;',
  },
  {
    name: 'anybody waives',
    file: 'guards',
    find: "if (!reason.roles.includes(by.role)) return 'role-not-permitted';",
    replace: '',
  },
  {
    name: 'any evaluation stands for a report',
    file: 'guards',
    find: "if (!delegation) return 'not-delegated';",
    replace: 'if (!delegation) return undefined;',
  },
  {
    name: 'the software acknowledges',
    file: 'guards',
    find: "if (by.role === 'system' && BY_PEOPLE.has(type)) return 'role-not-permitted';",
    replace: '',
  },
  {
    name: 'a plan may be empty',
    file: 'guards-results',
    find: "if (actions.length > 0 === (data.noAction !== undefined)) return 'plan-incomplete';",
    replace: '',
  },
  {
    name: 'who has seen an older state may act on it',
    file: 'decide',
    find: 'const stale = row.ifMatch !== undefined && row.ifMatch !== j.clinical;',
    replace: 'const stale = false;',
  },
  {
    name: 'an ask changes the state that people have seen',
    file: 'evolve',
    find: 'if (!BOOKKEEPING.has(e.type)) next.clinical++;',
    replace: 'next.clinical++;',
  },
  {
    name: 'a waiver is for ever',
    file: 'pathway',
    find: 'waiver.seq > (duty.basis ?? 0)',
    replace: 'true',
  },
  {
    name: 'what is retracted stands',
    file: 'evolve',
    find: 'acknowledgements: j.acknowledgements.filter((a) => a.seq !== f.event),',
    replace: '',
  },
  {
    name: 'the proof of an earlier plan serves for the next',
    file: 'pathway-results',
    find: 'c.action === id && c.seq > p.seq',
    replace: 'c.action === id',
  },
  {
    name: 'the answer to one question answers all',
    file: 'known',
    find: 'c.seq > seq && c.questions.includes(key)',
    replace: 'c.seq > seq',
  },
  {
    name: 'an answer holds for questions asked later',
    file: 'known',
    find: 'c.seq > seq && c.questions.includes(key)',
    replace: 'c.questions.includes(key)',
  },
  {
    name: 'a request that was changed after "not needed" is swallowed',
    file: 'known',
    find: "last?.decision === 'not-needed' && last.seq > (j.request?.seq ?? 0)",
    replace: "last?.decision === 'not-needed'",
  },
];
