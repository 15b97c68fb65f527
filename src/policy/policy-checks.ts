import { elapsedMs } from '../../domain/calendar';
import { LOCAL_DECISION } from '../../domain/policy';
import type { Clock, Ladder, Limit, LimitRule, Policy } from '../../domain/policy';
import { OBLIGATION_KINDS, SETTINGS } from '../../domain/vocabulary';
import { deskAfter } from './desk-time';
import type { Defect } from './defect';
import { reachDefects } from './reach-checks';

/** The desk is asked again at least weekly, and in a real day not more often than every quarter of an hour. */
const MOST_OFTEN = elapsedMs('PT15M');
const LEAST_OFTEN = elapsedMs('P7D');

const ladderDefects = (name: string, ladder: Ladder): Defect[] => {
  const defects: Defect[] = [];
  const at = (rung: number, field: string, message: string) =>
    defects.push({ path: ['ladders', name, 'rungs', rung, field], message });
  const last = ladder.rungs.length - 1;
  ladder.rungs.forEach((rung, i) => {
    if (i === 0 && rung.wait !== undefined)
      at(i, 'wait', 'the first rung is asked at once: leave its wait out');
    if (i > 0 && rung.wait === undefined) at(i, 'wait', 'say how long the rung before is given');
    if (i < last && rung.repeat !== undefined) at(i, 'repeat', 'only the last rung repeats');
    if (rung.ask === 'system' || rung.ask === 'admin') at(i, 'ask', 'name a role that can act on a patient');
  });
  const end = ladder.rungs[last]!;
  if (end.ask !== 'desk') at(last, 'ask', 'a ladder ends at the staffed desk: ask: desk');
  if (end.repeat === undefined) at(last, 'repeat', 'the desk is asked again and again: say after how long');
  else if (elapsedMs(end.repeat) > LEAST_OFTEN)
    at(last, 'repeat', 'the desk is asked at least weekly: P7D or less');
  else if (elapsedMs(end.repeat) < MOST_OFTEN)
    at(last, 'repeat', 'asked too often to be heard: PT15M or more');
  return defects;
};

/** Whoever mends this software can act on no patient, and is asked about the software alone. */
const engineerDefects = (policy: Policy): Defect[] =>
  policy.rules.flatMap(({ ladder, when }, i): Defect[] =>
    policy.ladders[ladder]?.rungs.some((rung) => rung.ask === 'on-call-engineer') &&
    when?.subject?.some((subject) => subject !== 'service') !== false
      ? [
          {
            path: ['rules', i, 'ladder'],
            message: `"${ladder}" asks an engineer: only for subject: [service]`,
          },
        ]
      : [],
  );

/** Every place that names a source, with its path. */
const limits = (policy: Policy): { path: (string | number)[]; source: string }[] => [
  ...policy.rules.map((rule, i) => ({ path: ['rules', i, 'limit', 'source'], source: rule.limit.source })),
  ...policy.ceilings.map((c, i) => ({ path: ['ceilings', i, 'limit', 'source'], source: c.limit.source })),
  ...policy.delegations.map((d, i) => ({ path: ['delegations', i, 'source'], source: d.source })),
  { path: ['claimLease', 'source'], source: policy.claimLease.source },
  { path: ['offerLimit', 'source'], source: policy.offerLimit.source },
  ...(policy.retention ? [{ path: ['retention', 'source'], source: policy.retention.source }] : []),
  ...(policy.arrears ? [{ path: ['arrears', 'source'], source: policy.arrears.source }] : []),
  ...(policy.reach ?? []).map((rule, i) => ({ path: ['reach', i, 'source'], source: rule.source })),
];

const sourceDefects = (policy: Policy): Defect[] =>
  limits(policy)
    .filter(({ source }) => source !== LOCAL_DECISION && !Object.hasOwn(policy.sources, source))
    .map(({ path, source }) => ({
      path,
      message: `"${source}" is not among the sources: add it there, or write "${LOCAL_DECISION}"`,
    }));

const isCatchAll = (rule: LimitRule): boolean => Object.keys(rule.when ?? {}).length === 0;

/** Each kind has a catch-all, last of its kind: so every duty has a limit, and no rule is out of reach behind it. */
const coverageDefects = (policy: Policy): Defect[] =>
  OBLIGATION_KINDS.flatMap((kind): Defect[] => {
    const rules = policy.rules.map((rule, i) => ({ rule, i })).filter(({ rule }) => rule.kind === kind);
    const first = rules.findIndex(({ rule }) => isCatchAll(rule));
    if (first === -1) return [{ path: ['rules'], message: `"${kind}" needs a last rule without "when"` }];
    return rules.slice(first + 1).map(({ i }) => ({
      path: ['rules', i],
      message: `never reached: the rule for "${kind}" without "when" comes before it`,
    }));
  });

/** A rule that asks on opening has asked the desk by its limit; both must run on one clock to be compared. */
const onOpeningDefects = (policy: Policy): Defect[] =>
  policy.rules.flatMap((rule, i): Defect[] => {
    const ladder = policy.ladders[rule.ladder];
    if (rule.asks !== 'on-opening' || ladder === undefined) return [];
    const path = ['rules', i, 'ladder'];
    const after = deskAfter(ladder, rule.limit.clock, policy.workingDay);
    if (after === undefined)
      return [{ path, message: `"${rule.ladder}" does not run on the limit's clock (${rule.limit.clock})` }];
    if (after > deskAfter(asLadder(rule.limit), rule.limit.clock, policy.workingDay)!)
      return [{ path, message: `"${rule.ladder}" reaches the desk after the limit ${rule.limit.duration}` }];
    return [];
  });

/** A limit as a ladder of one wait, so that both are measured alike. */
const asLadder = (limit: Limit): Ladder => ({
  rungs: [{ ask: 'accountable' }, { ask: 'desk', wait: limit.duration, clock: limit.clock }],
});

const usesClock = (ladder: Ladder, clock: Clock): boolean =>
  ladder.rungs.some((rung) => rung.wait !== undefined && (rung.clock ?? 'elapsed') === clock);

const ceilingDefects = (policy: Policy): Defect[] =>
  policy.ceilings.flatMap(({ kind, limit }) =>
    policy.rules.flatMap((rule, i): Defect[] => {
      const ladder = policy.ladders[rule.ladder];
      if (rule.kind !== kind || ladder === undefined) return [];
      if ([limit.clock, rule.limit.clock].includes('working') || usesClock(ladder, 'working'))
        return [
          {
            path: ['rules', i],
            message: `"${kind}" has a ceiling, so its limits and waits are elapsed time`,
          },
        ];
      const start = rule.asks === 'on-opening' ? 0 : elapsedMs(rule.limit.duration);
      if (start + deskAfter(ladder, 'elapsed', policy.workingDay)! <= elapsedMs(limit.duration)) return [];
      return [
        {
          path: ['rules', i],
          message: `the desk is asked after the ceiling of ${limit.duration} for "${kind}"`,
        },
      ];
    }),
  );

const repeated = (list: readonly { code: string }[], path: string): Defect[] =>
  list
    .map(({ code }, i) => ({ path: [path, i, 'code'], message: `"${code}" is used twice`, code }))
    .filter(({ code }, i) => list.findIndex((entry) => entry.code === code) !== i)
    .map(({ path: where, message }) => ({ path: where, message }));

const handoverDefects = (policy: Policy): Defect[] => {
  const rule = policy.rules.find((r) => r.kind === 'accept-handover' && isCatchAll(r));
  if (rule === undefined) return [];
  const same =
    rule.limit.duration === policy.offerLimit.duration && rule.limit.clock === policy.offerLimit.clock;
  return same ? [] : [{ path: ['offerLimit'], message: 'must equal the last rule for "accept-handover"' }];
};

const specialtyDefects = (policy: Policy): Defect[] =>
  SETTINGS.filter((setting) => !policy.specialties.some((s) => s.setting.includes(setting))).map(
    (setting) => ({
      path: ['specialties'],
      message: `no specialty has the setting "${setting}", so nobody would read its limits`,
    }),
  );

/** Everything that must hold between the parts of a policy. */
export const checkPolicy = (policy: Policy): Defect[] => [
  ...Object.entries(policy.ladders).flatMap(([name, ladder]) => ladderDefects(name, ladder)),
  ...policy.rules.flatMap((rule, i): Defect[] =>
    Object.hasOwn(policy.ladders, rule.ladder)
      ? []
      : [
          {
            path: ['rules', i, 'ladder'],
            message: `no ladder "${rule.ladder}": name one of ${Object.keys(policy.ladders).join(', ')}`,
          },
        ],
  ),
  ...Object.keys(policy.ladders)
    .filter((name) => !policy.rules.some((rule) => rule.ladder === name))
    .map((name) => ({ path: ['ladders', name], message: 'no rule uses this ladder: remove it' })),
  ...engineerDefects(policy),
  ...coverageDefects(policy),
  ...sourceDefects(policy),
  ...onOpeningDefects(policy),
  ...ceilingDefects(policy),
  ...handoverDefects(policy),
  ...specialtyDefects(policy),
  ...reachDefects(policy),
  ...repeated(policy.waivers, 'waivers'),
  ...repeated(policy.delegations, 'delegations'),
  ...repeated(policy.specialties, 'specialties'),
];
