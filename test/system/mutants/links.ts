import type { Mutant } from './mutant';

/** One-click links. */
const LINKS = 'src/links/links.service.ts';

export const LINKS_AND_CLICKS: Mutant[] = [
  {
    rule: 'opening a link changes nothing',
    file: LINKS,
    from: "if (link.row.usedAt !== null) throw new Problem('link-used');",
    to: "if (link.row.usedAt !== null) throw new Problem('link-used');\n    await this.proofs.proved(link.row.id, 'read', 'link');",
    test: 'rest-links.test.ts :: opening a link says what the duty is and what a click would do, and changes nothing, however often',
  },
  {
    rule: 'a link works once',
    file: LINKS,
    from: "if (spent.length === 0) throw new Problem('link-used');",
    to: '',
    test: 'rest-links.test.ts :: a used link whose duty still stands has been used',
  },
  {
    rule: 'a link is for the person it was sent to',
    file: LINKS,
    from: "if (row.recipient !== by.person) throw new Problem('link-not-yours');",
    to: '',
    test: 'rest-links.test.ts :: somebody else cannot use it',
  },
  {
    rule: 'a link expires',
    file: LINKS,
    from: "if (expiresAt.toISOString() <= (await this.clock.now())) throw new Problem('link-expired');",
    to: '',
    test: 'rest-links.test.ts :: after a week it has expired',
  },
  {
    rule: 'a link is signed',
    file: LINKS,
    from: 'return row && isLinkFor(linkSecret, token, row) ? row : undefined;',
    to: 'return row;',
    test: 'rest-links.test.ts :: forged, cut off, or for another ask: none of ours, and on record as refused',
  },
];
