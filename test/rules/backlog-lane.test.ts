import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import { isBehind } from '../../src/intake/backlog';
import { finding, report, request } from './support/builders';

const NOW = '2026-03-23T10:00:00.000Z';
const OLD = '2026-03-02T10:00:00.000Z';
const SYSTEM = { person: 'ris-1', role: 'system' } as const;
const behind = (
  type: (typeof FACT_TYPES)[number],
  data: object,
  by: Parameters<typeof isBehind>[2] = SYSTEM,
): boolean => isBehind(type, data as never, by, NOW);

describe('what may wait until what happens now has been dealt with', () => {
  it('a source system’s fact of weeks ago', () => {
    expect(behind('request', { ...request(), at: OLD })).toBe(true);
    expect(behind('images', { at: OLD })).toBe(true);
    expect(behind('report', report(1, [finding('f1', 'routine')], { at: OLD }))).toBe(true);
    expect(behind('report', report(1, [finding('f1', 'cancer', { expected: true })], { at: OLD }))).toBe(
      true,
    );
  });

  it.each(['critical', 'urgent', 'cancer', 'significant-unexpected'] as const)(
    'never a report with a finding that is %s, however old',
    (category) => {
      expect(behind('report', report(1, [finding('f1', category)], { at: OLD }))).toBe(false);
    },
  );

  it('nothing that happened within the hour', () => {
    expect(behind('images', { at: '2026-03-23T09:00:01.000Z' })).toBe(false);
    expect(behind('images', { at: '2026-03-24T09:00:00.000Z' })).toBe(false);
  });

  it('nothing that a person says, and nothing of an emergency', () => {
    expect(behind('images', { at: OLD }, { person: 'rg-1', role: 'radiographer' })).toBe(false);
    expect(behind('request', { ...request({ priority: 'emergency' }), at: OLD })).toBe(false);
  });

  it('no call about a finding, death, hold, question, or thing that could not be used', () => {
    for (const type of [
      'flag',
      'died',
      'hold',
      'enquiry',
      'unusable',
      'concern',
      'bounced',
      'delivery-failed',
    ] as const)
      expect(behind(type, { at: OLD })).toBe(false);
  });

  it('no command', () => {
    for (const type of COMMAND_TYPES) expect(isBehind(type, { at: OLD } as never, SYSTEM, NOW)).toBe(false);
  });
});
