import type { Calendar } from '../../domain/calendar';
import { quietUntil } from '../../src/feeds/rhythm';

const LONDON: Calendar = {
  timeZone: 'Europe/London',
  holidays: ['2026-04-06'],
  workingDay: { start: '09:00', end: '17:00', days: [1, 2, 3, 4, 5] },
};
const BOTH = { working: 'PT30M', elapsed: 'PT4H' };

describe('how long a feed may be quiet', () => {
  it.each([
    ['a working morning', '2026-03-02T10:00:00.000Z', '2026-03-02T10:30:00.000Z'],
    ['the evening: until the longer time is over', '2026-03-02T20:00:00.000Z', '2026-03-03T00:00:00.000Z'],
    [
      'just before closing: what is left counts next morning, the night sooner',
      '2026-03-02T16:50:00.000Z',
      '2026-03-02T20:50:00.000Z',
    ],
    [
      'just before opening: half an hour of the morning',
      '2026-03-03T08:00:00.000Z',
      '2026-03-03T09:30:00.000Z',
    ],
    ['summer time, in which nine o’clock is eight', '2026-06-01T07:30:00.000Z', '2026-06-01T08:30:00.000Z'],
    ['a bank holiday is no working day', '2026-04-06T10:00:00.000Z', '2026-04-06T14:00:00.000Z'],
  ])('%s', (_, heard, until) => {
    expect(quietUntil(heard, BOTH, LONDON)).toBe(until);
  });

  it('a feed of office hours is quiet all weekend', () => {
    expect(quietUntil('2026-03-06T16:45:00.000Z', { working: 'PT30M' }, LONDON)).toBe(
      '2026-03-09T09:15:00.000Z',
    );
  });

  it('a feed that never sleeps has one limit day and night', () => {
    expect(quietUntil('2026-03-07T02:00:00.000Z', { elapsed: 'PT15M' }, LONDON)).toBe(
      '2026-03-07T02:15:00.000Z',
    );
  });
});
