import { readFileSync } from 'node:fs';
import { ruleFor } from '../../domain/policy';
import { OBLIGATION_KINDS } from '../../domain/vocabulary';
import { loadPolicy } from '../../src/policy/policy-file';
import { whoOwesWhat } from '../../src/policy/who-owes-what';
import { whoOwesWhatPage } from '../../src/policy/who-owes-what-page';
import { durationInWords } from '../../src/policy/words';

const england = loadPolicy('policies/england.yaml');
const page = whoOwesWhat(england);
const limits = (area: string, kind: string) =>
  page.areas.find(({ code }) => code === area)!.duties.find((duty) => duty.kind === kind)!.limits;

describe('who owes what by when', () => {
  it('has a part for each specialty and for what is not matched, each with every duty, and one for feeds', () => {
    expect(page.areas.map(({ code }) => code)).toEqual([
      ...england.specialties.map(({ code }) => code),
      'unmatched',
      'feeds',
      'service',
    ]);
    for (const { code, duties } of page.areas) {
      const kinds = ['feeds', 'service'].includes(code) ? ['reconcile'] : [...OBLIGATION_KINDS];
      expect(duties.map(({ kind }) => kind)).toEqual(kinds);
      expect(duties.filter((duty) => duty.limits.length === 0)).toEqual([]);
    }
  });

  it('shows for the service itself what it finds amiss with itself, and that an engineer is asked about nothing else', () => {
    const engineer = page.areas.filter(({ duties }) =>
      duties.some((duty) =>
        duty.limits.some(({ asked }) => asked.some(({ ask }) => ask === 'on-call-engineer')),
      ),
    );
    expect(engineer.map(({ code, duties }) => [code, duties.map(({ kind }) => kind)])).toEqual([
      ['service', ['reconcile']],
    ]);
    expect(
      limits('service', 'reconcile').map(({ firstAsk, asked }) => [firstAsk, asked.map(({ ask }) => ask)]),
    ).toEqual([['on-opening', ['on-call-engineer', 'desk']]]);
  });

  it('shows a specialty its own rules and none that can never hold there', () => {
    expect(limits('emergency', 'acknowledge').map(({ limit }) => limit.source)).toContain('rcem');
    expect(limits('clinics', 'acknowledge').map(({ limit }) => limit.source)).not.toContain('rcem');
    expect(limits('clinics', 'report').map(({ when }) => when.setting)).toEqual(
      limits('clinics', 'report').map(() => undefined),
    );
    expect(limits('practice', 'acknowledge')[0]!.asked.map(({ ask }) => ask)).toEqual(['gp', 'desk']);
  });

  it("shows children's services the settings that differ, without saying that they are for children", () => {
    const child = limits('children', 'report');
    expect(child.every(({ when }) => when.patientClass === undefined)).toBe(true);
    expect(child.some(({ when }) => when.modality !== undefined)).toBe(false);
  });

  it('shows what holds for a report that matches no request', () =>
    expect(limits('unmatched', 'report').map(({ limit }) => limit.duration)).toEqual([
      ruleFor(england, { kind: 'report' })!.limit.duration,
    ]));

  it('shows every rule somewhere', () => {
    const shown = new Set(
      page.areas.flatMap(({ duties }) => duties.flatMap((d) => d.limits.map(({ limit }) => limit))),
    );
    expect(
      england.rules.filter(({ limit }) => !shown.has(limit)).map(({ kind, when }) => ({ kind, when })),
    ).toEqual([]);
  });
});

describe('as a page', () => {
  it('says that nobody signed it, and who did once it is', () => {
    expect(whoOwesWhatPage(england)).toContain('**Not signed.**');
    const signed = { clinicalSafetyOfficer: 'A. Example', on: '2026-11-24' };
    expect(whoOwesWhatPage({ ...england, signed })).toContain('Signed by A. Example');
  });

  it('names a source, or says that there is none, at each limit', () => {
    const text = whoOwesWhatPage(england);
    expect(text).toContain('| 24 hours | [phso](#phso) | at once |');
    expect(text).toContain('*local decision needed*');
    for (const key of Object.keys(england.sources))
      expect(text).toContain(`<a id="${key.toLowerCase()}"></a>`);
  });

  it('is the committed one', () =>
    expect(readFileSync('docs/who-owes-what.md', 'utf8')).toBe(whoOwesWhatPage(england)));
});

it.each([
  ['PT15M', 'elapsed', '15 minutes'],
  ['PT1H', 'elapsed', '1 hour'],
  ['P3D', 'working', '3 working days'],
  ['P1DT90M', 'elapsed', '1 day 1 hour 30 minutes'],
  ['PT90S', 'elapsed', '1 minute 30 seconds'],
  ['P2W', 'elapsed', '14 days'],
] as const)('%s on the %s clock is "%s"', (duration, clock, words) =>
  expect(durationInWords(duration, clock)).toBe(words),
);
