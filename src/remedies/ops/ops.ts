import type { ApiClient } from './api-client';
import type { OpsOptions } from './options';
import type { Remedied } from './words';
import { findingInWords, remedyInWords } from './words';

/** Journeys in one request: few enough to show that it goes on. */
const AT_ONCE = 10;

export const EXIT = { done: 0, refused: 1, unusable: 2, waits: 3, away: 4 } as const;

interface Page<T> {
  items: T[];
  next?: string;
}

/** What came of a command: what to print, and the exit code. */
export interface Came {
  answer: unknown;
  words: string[];
  code: number;
}

/** Runs one command. @param progress told how far it is, where that takes a while */
export const ops = async (api: ApiClient, o: OpsOptions, progress: (line: string) => void): Promise<Came> => {
  switch (o.command) {
    case 'findings': {
      const query = { code: o.code, journey: o.journeys[0], open: o.all ? undefined : 'true' };
      const items = await every<Record<string, unknown>>(api, 'findings', query);
      return {
        answer: items,
        words: [...items.map(findingInWords), `${items.length} findings`],
        code: EXIT.done,
      };
    }
    case 'remedies': {
      const query = { journey: o.journeys[0], status: o.waiting ? 'waiting' : undefined };
      const items = await every<Remedied>(api, 'remedies', query);
      return { answer: items, words: items.map(remedyInWords), code: EXIT.done };
    }
    case 'show':
      return shown([await api.call<Remedied>('GET', `remedies/${encodeURIComponent(o.id!)}`)], EXIT.done);
    case 'approve': {
      const remedy = await api.call<Remedied>('POST', `remedies/${encodeURIComponent(o.id!)}/approve`);
      return shown([remedy], codeOf([remedy]));
    }
    default:
      return apply(api, o, progress);
  }
};

const apply = async (api: ApiClient, o: OpsOptions, progress: (line: string) => void): Promise<Came> => {
  const done: Remedied[] = [];
  const batches = o.finding === undefined ? chunks([...new Set(o.journeys)]) : [undefined];
  let far = 0;
  for (const journeys of batches) {
    const picked = journeys ? { journeys } : { finding: o.finding };
    done.push(await api.call<Remedied>('POST', 'remedies', { ...o.remedy, ...picked }));
    far += done.at(-1)!.items.length;
    progress(`${o.command}: ${far}${journeys ? ` of ${o.journeys.length}` : ''} journeys`);
  }
  return shown(done, codeOf(done));
};

const shown = (remedies: Remedied[], code: number): Came => ({
  answer: remedies.length === 1 ? remedies[0] : remedies,
  words: remedies.map(remedyInWords),
  code,
});

const codeOf = (remedies: readonly Remedied[]): number => {
  if (remedies.some(({ items }) => items.some(({ refused }) => refused !== undefined))) return EXIT.refused;
  return remedies.some(({ status }) => status === 'waiting') ? EXIT.waits : EXIT.done;
};

const chunks = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, i) =>
    ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );

const every = async <T>(
  api: ApiClient,
  path: string,
  query: Record<string, string | undefined>,
): Promise<T[]> => {
  const items: T[] = [];
  for (let cursor: string | undefined; ;) {
    const given = Object.entries({ ...query, limit: '200', cursor }).filter(
      ([, value]) => value !== undefined,
    );
    const page = await api.call<Page<T>>(
      'GET',
      `${path}?${new URLSearchParams(given as [string, string][]).toString()}`,
    );
    items.push(...page.items);
    if (page.next === undefined) return items;
    cursor = page.next;
  }
};
