import { LOCAL_DECISION } from '../../domain/policy';
import type { Limit, Policy } from '../../domain/policy';
import { DUTY_TEXTS } from './duty-texts';
import { REACH_HEAD, reachRows, routineInWords } from './reach-page';
import { whoOwesWhat } from './who-owes-what';
import type { Area, DutyLimit, WhoOwesWhat } from './who-owes-what';
import { conditionsInWords, durationInWords, inWords } from './words';

/** "Who owes what by when" as a Markdown page. */

const row = (cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head: string[], rows: string[][]): string[] => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
];

const source = (name: string): string =>
  name === LOCAL_DECISION ? `*${LOCAL_DECISION}*` : `[${name}](#${name.toLowerCase()})`;
const limitInWords = (limit: Limit): string => durationInWords(limit.duration, limit.clock);

const ladderInWords = ({ asked, repeat }: DutyLimit): string => {
  const steps = asked.map(
    ({ ask, after, clock }) => `${inWords(ask)} after ${durationInWords(after, clock)}`,
  );
  const desk = asked.at(-1);
  const again = durationInWords(repeat, desk?.clock ?? 'elapsed').replace(/^1 /, '');
  return `${steps.join(', ')}; again every ${again}`;
};

const inSentence = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const anchor = (heading: string): string => heading.toLowerCase().replaceAll("'", '').replaceAll(' ', '-');

const areaPart = (area: Area): string[] => [
  `## ${area.name}`,
  '',
  ...table(
    ['Duty', 'For', 'By when', 'Source', 'First asked', 'Then asked, each after the one before'],
    area.duties.flatMap(({ name, limits }) =>
      limits.map((line, i) => [
        i === 0 ? `**${name}**` : '',
        conditionsInWords(line.when, limits.length > 1 ? 'all others' : 'all'),
        limitInWords(line.limit),
        source(line.limit.source),
        firstAskInWords(line),
        ladderInWords(line),
      ]),
    ),
  ),
  '',
];

/** When somebody is asked for the first time. */
const firstAskInWords = ({ firstAsk, notice }: DutyLimit): string => {
  if (firstAsk === 'on-opening') return 'at once';
  return notice === undefined ? 'at the limit' : `${durationInWords(notice, 'elapsed')} before the limit`;
};

const signature = ({ policy }: WhoOwesWhat): string =>
  policy.signed === undefined
    ? '**Not signed.** A proposal until the Clinical Safety Officer of the trust that uses it has checked and signed it.'
    : `Signed by ${policy.signed.clinicalSafetyOfficer} (Clinical Safety Officer) on ${policy.signed.on}${policy.signed.reviewBy === undefined ? '' : `; to be reviewed by ${policy.signed.reviewBy}`}.`;

export const whoOwesWhatPage = (policy: Policy): string => {
  const page = whoOwesWhat(policy);
  return [
    '<!-- Generated from the policy file by scripts/drift.ts: do not edit. -->',
    '',
    '# Who owes what by when',
    '',
    `Policy "${page.policy.name}", version ${page.policy.version} (${inWords(page.policy.nation)}). ${signature(page)}`,
    '',
    'This is a safety net only: whoever asked for the examination stays responsible for reading the report and acting on it.',
    '',
    'Limits without "working" run day and night. Days are 24 hours, working days are those of the nation\'s calendar.',
    `"${LOCAL_DECISION}" means that no published number was found, and the one here is a starting point.`,
    '',
    ...page.areas.map(({ name }) => `- [${name}](#${anchor(name)})`),
    '',
    '## The duties',
    '',
    ...table(
      ['Duty', 'Owed when', 'Who is accountable', 'Done when'],
      Object.values(DUTY_TEXTS).map(({ name, owed, accountable, done }) => [
        `**${name}**`,
        owed,
        accountable,
        done,
      ]),
    ),
    '',
    ...page.areas.flatMap(areaPart),
    '## For all areas',
    '',
    ...page.ceilings.map(
      ({ kind, limit }) =>
        `- ${DUTY_TEXTS[kind].name}: the failsafe desk knows within ${limitInWords(limit)}, whatever the rule (${source(limit.source)}).`,
    ),
    `- A claimed study returns to the pool after ${limitInWords(page.claimLease)} (${source(page.claimLease.source)}).`,
    `- More than ${page.askCeiling.perPerson} asks to one person in ${durationInWords(page.askCeiling.per, 'elapsed')} are a hazard of their own.`,
    ...(page.arrears === undefined
      ? []
      : [
          `- What was past its limit when we heard of it waits ${limitInWords(page.arrears)} for the rest of what its sender held back, except for alert findings and emergencies (${source(page.arrears.source)}).`,
        ]),
    '',
    '## How asks reach people',
    '',
    "Where a channel fails for good or its proof does not come in time, the person's next contact point is tried; where none",
    'is left the ladder goes up. No proof ends a duty: told is not done.',
    '',
    ...table(REACH_HEAD, reachRows(policy)),
    '',
    routineInWords(policy),
    '',
    '## Ending a duty undone',
    '',
    `Only for one of these reasons. For ${page.secondPersonFor.map(inWords).join(', ')} findings a second person must agree.`,
    '',
    ...table(
      ['Reason', 'Duties', 'Who may'],
      page.waivers.map(({ code, text, kinds, roles }) => [
        `${text} (\`${code}\`)`,
        kinds.map((kind) => inSentence(DUTY_TEXTS[kind].name)).join(', '),
        roles.map(inWords).join(', '),
      ]),
    ),
    '',
    '## An evaluation in place of a report',
    '',
    ...table(
      ['Delegation', 'Where', 'Images', 'Who may', 'Source'],
      page.delegations.map((d) => [
        `${d.text} (\`${d.code}\`)`,
        d.setting.map(inWords).join(', '),
        d.modality.map(inWords).join(', '),
        d.roles.map(inWords).join(', '),
        source(d.source),
      ]),
    ),
    '',
    '## Sources',
    '',
    ...Object.entries(page.sources).map(
      ([key, text]) => `- <a id="${key.toLowerCase()}"></a>**${key}**: ${text}`,
    ),
    '',
  ].join('\n');
};
