import { elapsedMs } from '../../domain/calendar';
import type { Policy } from '../../domain/policy';
import type { ReachRule } from '../../domain/reach';
import { proves } from '../../domain/reach';
import type { Defect } from './defect';

/** Sooner than a minute no mail server has answered, and everybody would be rung about everything. */
const SOONEST = elapsedMs('PT1M');

const ruleDefects = (rule: ReachRule, i: number): Defect[] => {
  const defects: Defect[] = [];
  const at = (field: string, message: string) => defects.push({ path: ['reach', i, field], message });
  const used = rule.steps.flat();
  if (new Set(used).size !== used.length) at('steps', 'a channel stands in two steps: name each once');
  if (rule.when && Object.keys(rule.when).length === 0) at('when', 'leave it out where the rule fits all');
  if (elapsedMs(rule.within) < SOONEST) at('within', 'give a step at least PT1M');
  if (rule.proof === 'spoken' && !used.includes('phone'))
    at('proof', '"spoken" is proved by a call only: add phone to a step');
  return defects;
};

/** Who owes a critical finding is spoken to: paper in a tray, or a mail on a server, was counted as told before (C06). */
const criticalDefects = (rules: readonly ReachRule[]): Defect[] => {
  const i = rules.findIndex(({ when = {} }) => fitsCritical(when));
  const rule = rules[i];
  if (rule === undefined || (proves(rule.proof, 'spoken') && Object.keys(rule.when ?? {}).length === 1))
    return [];
  return [
    {
      path: ['reach', i],
      message: 'what is critical comes first, by category alone, and needs proof: spoken',
    },
  ];
};
const fitsCritical = ({ category }: NonNullable<ReachRule['when']>): boolean =>
  category === undefined || category.includes('critical');

/** What must hold between the rules of how asks reach people. */
export const reachDefects = ({ reach, routine, secondsPerDay }: Policy): Defect[] => {
  if (routine && secondsPerDay !== undefined)
    return [{ path: ['routine'], message: 'a demonstration has no nights: leave the routine hours out' }];
  if (reach === undefined) return [];
  const all = reach.findIndex(({ when }) => when === undefined);
  return [
    ...reach.flatMap(ruleDefects),
    ...(all === reach.length - 1
      ? []
      : [{ path: ['reach'], message: 'needs one rule without "when", and it comes last' }]),
    ...criticalDefects(reach),
  ];
};
