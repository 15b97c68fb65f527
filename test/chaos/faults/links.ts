import type { Fault } from '../nemesis';
import type { Random } from '../random';
import type { Link } from '../toxiproxy';

/** Links that are cut, slow, silent, or end in the middle of what is being said. */

const SLOW_MS = 250;
/** The least and the most that still goes through a link that is cut in the middle. */
const SOME_BYTES = [50, 4_000] as const;

const MODES: Readonly<Record<string, (link: Link, random: Random) => Promise<void>>> = {
  cut: (link) => link.cut(),
  slow: async (link) => {
    await link.slow('downstream', SLOW_MS);
    await link.slow('upstream', SLOW_MS);
  },
  silence: (link) => link.silence(),
  'cut in the middle': (link, random) => link.cutAfter(Math.floor(random.between(...SOME_BYTES))),
};

/** `api 1 to postgres` and `api 2 to postgres` are of one kind. */
const kindOf = (link: Link): string => link.name.replaceAll(/ \d+/g, '');

/** Each kind of link once in each way, the one that it befalls chosen at random. */
export function linkFaults(links: readonly Link[], random: Random): Fault[] {
  const kinds = new Set(links.map(kindOf));
  return [...kinds].flatMap((kind) =>
    Object.entries(MODES).map(([mode, spoil]): Fault => {
      const link = random.pick(links.filter((l) => kindOf(l) === kind));
      return {
        name: `${mode}: ${kind}`,
        on: `link ${link.name}`,
        strike: () => spoil(link, random),
        heal: () => link.mend(),
      };
    }),
  );
}
