import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { continues, copyOf, packed, sha256Of, unpacked } from '../../src/histories/history-copy';
import { told } from '../../src/histories/told-history';
import { recorded } from '../replay/histories';

/** What is kept of a run, from the histories that releases recorded. */

const historyOf = (path: string) => recorded().find(({ name }) => name.endsWith(`/${path}`))!.history;

describe('a kept history', () => {
  it('has one hash, in whatever order a server gives the entries of its maps', () => {
    const history = historyOf('happy');
    const turned = structuredClone(history);
    for (const event of turned.events!) {
      const details = event.markerRecordedEventAttributes?.details;
      if (details)
        event.markerRecordedEventAttributes!.details = Object.fromEntries(
          Object.entries(details).toReversed(),
        );
    }
    expect(Object.keys(turned.events![5]!.markerRecordedEventAttributes!.details!)).not.toEqual(
      Object.keys(history.events![5]!.markerRecordedEventAttributes!.details!),
    );
    expect(copyOf(turned).sha256).toBe(copyOf(history).sha256);
  });

  it('can be replayed: it is Temporal’s own JSON', () => {
    const { text, events } = copyOf(historyOf('ladder'));
    expect(historyFromJSON(JSON.parse(text)).events).toHaveLength(events.length);
  });

  it('says how its run ended, and which runs it names', () => {
    expect(copyOf(historyOf('happy')).ended).toEqual({ at: expect.any(String), how: 'completed' });
    expect(copyOf(historyOf('ladder')).ended).toBeUndefined();
    const [from, to] = [copyOf(historyOf('continued-from')), copyOf(historyOf('continued-to'))];
    expect(from.ended?.how).toBe('continued');
    expect(from.linked).toHaveLength(1);
    expect(to.linked).toHaveLength(1);
  });

  it('leaves out the task that is under way at the end of an open run', () => {
    const history = historyOf('happy');
    const open = { events: history.events!.slice(0, 4) };
    expect(copyOf(open).events.map((e) => e.eventId)).toEqual(['1', '2', '3']);
  });

  it('is continued by a longer one, and not by one that differs or is shorter', () => {
    const { events } = copyOf(historyOf('happy'));
    const changed = events.map((e, i) => (i === 2 ? { ...e, eventTime: '2026-01-01T00:00:00Z' } : e));
    expect(continues(events, events.slice(0, 20))).toBe(true);
    expect(continues(changed, events.slice(0, 20))).toBe(false);
    expect(continues(events.slice(0, 20), events)).toBe(false);
  });

  it('is unpacked only where it has its hash', async () => {
    const body = await packed('{"events":[]}');
    expect(await unpacked(body, sha256Of('{"events":[]}'))).toBe('{"events":[]}');
    expect(await unpacked(body, sha256Of('{"events":[1]}'))).toBeUndefined();
    expect(await unpacked(body.subarray(0, 10), sha256Of('{"events":[]}'))).toBeUndefined();
  });

  it('names the deadlines that were recorded when a timer rang', () => {
    const items = told([{ run: 'x', events: copyOf(historyOf('ladder')).events }]);
    const rang = items.filter((i) => i.type === 'timer fired');
    expect(rang.length).toBeGreaterThan(2);
    for (const { caused } of rang) expect(caused!.map((e) => e.type)).toContain('asked');
    expect(items.some((i) => JSON.stringify(i).includes('"metadata"'))).toBe(false);
  });
});
