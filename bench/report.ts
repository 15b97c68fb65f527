import type { ContenderFigures, Figures } from './figures';

const row = (name: string, ...cells: (string | number)[]): string =>
  `  ${name.padEnd(26)}${cells.map((c) => String(c).padStart(16)).join('')}`;

/** The figures for people. */
export const report = (f: Figures): string => {
  const { machine: m } = f;
  const lines = [
    '',
    `${f.at.slice(0, 10)}, ${m.cores} cores (${m.model}), ${m.memoryGb} GB, Node ${m.node}, load at start ${m.loadAtStart}`,
    Object.entries(f.servers)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ];
  if (f.contenders) lines.push(...speed(f, f.contenders));
  if (f.core)
    lines.push(
      '',
      `The pure core alone, on one core: ${f.core.journeysPerSecond} journeys/s (${f.core.events} events each)`,
    );
  if (f.memory) lines.push(...memory(f.memory));
  if (f.worklist) lines.push(...worklist(f.worklist));
  if (f.evidence) lines.push(...evidence(f.evidence));
  if (f.verification) lines.push(...verification(f.verification));
  if (f.storm) lines.push(...storm(f.storm));
  if (f.backlog) lines.push(...backlog(f.backlog));
  return lines.join('\n');
};

const speed = (f: Figures, contenders: NonNullable<Figures['contenders']>): string[] => {
  const { ours, bare, bareHttp } = contenders;
  const each = (of: (c: ContenderFigures) => string | number): (string | number)[] =>
    [ours, bare, bareHttp].map(of);
  const parts = [
    ...new Set(each((c) => Object.keys(c.perJourney).join('|')).flatMap((p) => String(p).split('|'))),
  ];
  const { concurrency, rounds, journeysPerRound, commandsPerJourney } = f.plan;
  return [
    `${rounds} rounds of ${journeysPerRound} journeys of ${commandsPerJourney} commands, ${concurrency} at a time`,
    '',
    row('', 'ours', 'bare', 'bareHttp'),
    row('journeys/s, median', ...each((c) => c.journeysPerSecond.median)),
    row('  least to most', ...each((c) => `${c.journeysPerSecond.min}-${c.journeysPerSecond.max}`)),
    row('command ms, p50', ...each((c) => c.commandMs.p50)),
    row('command ms, p95', ...each((c) => c.commandMs.p95)),
    row('history events', ...each((c) => c.history.events)),
    row('history bytes', ...each((c) => c.history.bytes)),
    '  per journey:',
    ...parts.map((part) => row(`  ${part}`, ...each((c) => c.perJourney[part] ?? '-'))),
    '',
    `ratioBare      ${f.ratioBare}   (rounds: ${f.ratioSpread!.bare.min}-${f.ratioSpread!.bare.max})`,
    `ratioBareHttp  ${f.ratioBareHttp}   (rounds: ${f.ratioSpread!.bareHttp.min}-${f.ratioSpread!.bareHttp.max})`,
    `  the baseline's journeys/s over ours: 1 is equal, higher is slower`,
    `latency over bareHttp: p50 ${f.latencyRatio!.p50}, p95 ${f.latencyRatio!.p95}`,
    `Nothing was lost: ${Object.entries(ours.checked)
      .map(([what, n]) => `${n} ${what}`)
      .join(', ')}`,
  ];
};

const memory = (m: NonNullable<Figures['memory']>): string[] => [
  '',
  `The worker's memory after ${m.commands} commands, at most ${m.cacheLimit} journeys in its cache:`,
  row(`${m.few} journeys wait`, `${m.withFewMb} MB`),
  row(`${m.many} journeys wait`, `${m.withManyMb} MB`),
  row('ratio', m.ratio),
  `  one worker that saw ${m.few} become ${m.many}: ${m.growing.beforeMb} MB, then ${m.growing.afterMb} MB (at most ${m.growing.mostMb} MB)`,
];

const worklist = (w: NonNullable<Figures['worklist']>): string[] => [
  '',
  `The worklist's first page for one team of ${w.people} people, ${w.rounds} rounds of ${w.pagesPerRound} pages each:`,
  row('', 'p50 ms', 'p95 ms'),
  row(`${w.few} open duties`, w.withFew.p50, w.withFew.p95),
  row(`${w.many} open duties`, w.withMany.p50, w.withMany.p95),
  `ratioWorklist  ${w.ratio}   (rounds: ${w.ratioSpread.min}-${w.ratioSpread.max})   many over few: 1 is equal, higher is slower`,
];

const evidence = (e: NonNullable<Figures['evidence']>): string[] => [
  '',
  `One record on a Postgres that keeps it, ${e.rounds} rounds of ${e.journeysPerRound} journeys, without Temporal:`,
  row('with chain and ledger', `${e.withMs} ms`),
  row('without', `${e.withoutMs} ms`),
  `ratioEvidence  ${e.ratio}   (rounds: ${e.ratioSpread.min}-${e.ratioSpread.max})   with over without: 1 is free`,
];

const storm = (s: NonNullable<Figures['storm']>): string[] => [
  '',
  `${s.deadlines} deadlines at one instant, ${s.rounds} rounds: how long after it`,
  row('', 'p50 ms', 'p99 ms', 'most ms'),
  row('ask recorded', s.recorded.p50, s.recorded.p99, s.recorded.most),
  row('its mail taken', s.mailed.p50, s.mailed.p99, s.mailed.most),
  row('a bare timer and a row', s.bare.p50, s.bare.p99, s.bare.most),
  `ratioStorm     p50 ${s.ratioP50}, p99 ${s.ratioP99}   (rounds: ${s.ratioSpread.p50.min}-${s.ratioSpread.p50.max}, ${s.ratioSpread.p99.min}-${s.ratioSpread.p99.max})   recorded over bare: 1 is equal, higher is later`,
];

const backlog = (b: NonNullable<Figures['backlog']>): string[] => [
  '',
  `${b.messages} messages of three weeks in any order, worked off in ${b.minutes} minutes (${b.messagesPerSecond}/s):`,
  row('', 'commands', 'p50 ms', 'p99 ms'),
  row('before', b.before.commands, b.before.p50, b.before.p99),
  row('meanwhile', b.during.commands, b.during.p50, b.during.p99),
  `ratioP99       ${b.ratioP99}   meanwhile over before: 1 is as if there were no backlog`,
  `asks           ${b.mostAsks} to one person at most, ${b.deskAsks} to the desk; ${b.mails} mails`,
];

const verification = (v: NonNullable<Figures['verification']>): string[] => [
  '',
  `npm run verify, ${v.rounds} rounds:`,
  row('', 'µs an event', 'most memory'),
  row(`${v.withFew.events} events`, v.withFew.microsecondsPerEvent, `${v.withFew.peakMb} MB`),
  row(`${v.withMiddle.events} events`, v.withMiddle.microsecondsPerEvent, `${v.withMiddle.peakMb} MB`),
  row(`${v.withMany.events} events`, v.withMany.microsecondsPerEvent, `${v.withMany.peakMb} MB`),
  `ratioVerify    ${v.ratio}   (rounds: ${v.ratioSpread.min}-${v.ratioSpread.max})   a further event among many over one among few: 1 is linear`,
  `memory         ${v.memoryRatio}   many over the middle: 1 is flat`,
];
