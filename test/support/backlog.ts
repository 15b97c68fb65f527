/**
 * A RIS that was dark for three weeks, and then sends everything in any order: examinations in all stages, a few with a critical
 * finding, some cancelled, some messages twice. Made up, and the same for the same seed.
 */

export interface BacklogMessage {
  type: 'request' | 'cancel' | 'did-not-attend' | 'images' | 'report';
  body: Record<string, unknown>;
  critical: boolean;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A generator of numbers below 1 (Mulberry32): small, and the same everywhere. */
const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/** Requesters among whom the examinations are spread: `<prefix>-0` and so on. */
export const REQUESTERS = 40;

/** @param count how many messages, @param before the instant at which the RIS is up again */
export const backlogOf = (count: number, before: Date, seed = 1, prefix = 'requester'): BacklogMessage[] => {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const messages: BacklogMessage[] = [];
  for (let n = 0; messages.length < count; n++) {
    const began = before.getTime() - 21 * DAY + next() * 20 * DAY;
    const at = (hours: number): string =>
      new Date(Math.min(began + hours * HOUR, before.getTime())).toISOString();
    const identifiers = [{ assigner: 'dark-ris', type: 'order', value: `DARK-${seed}-${n}` }];
    const add = (type: BacklogMessage['type'], hours: number, more: object = {}, critical = false): void => {
      messages.push({ type, body: { identifiers, at: at(hours), ...more }, critical });
    };
    const person = `${prefix}-${Math.floor(next() * REQUESTERS)}`;
    const fate = next();
    const priority = pick(['routine', 'routine', 'routine', 'urgent']);
    add('request', 0, { ...REQUEST, priority, requester: { person, profession: 'doctor' } });
    if (fate < 0.1) add('cancel', 20);
    else if (fate < 0.15) add('did-not-attend', 30);
    else add('images', 24);
    if (fate >= 0.25) {
      const critical = fate > 0.98;
      const findings = critical ? [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }] : [];
      add('report', 40, { ...REPORT, findings }, critical);
    }
    if (next() < 0.03) messages.push(messages.at(-1)!);
  }
  return shuffled(messages.slice(0, count), next);
};

const REQUEST = {
  gp: { status: 'none' },
  setting: 'outpatient',
  patientClass: 'adult',
  modality: 'CT',
  examination: 'ct-chest',
  regions: ['chest'],
  site: 'northmoor-general',
  nation: 'england',
};
const REPORT = {
  version: 1,
  status: 'final',
  reporter: 'reporter-1',
  regions: [{ region: 'chest', statement: 'no-findings' }],
};

const shuffled = <T>(list: T[], next: () => number): T[] => {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
};
