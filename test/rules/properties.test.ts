import * as fc from 'fast-check';
import { PROPERTIES } from './properties';
import { CORE } from './support/core';

/** How many interleavings in all: a few on a desk, 100,000 where changes are judged. A failure prints its seed. */
const RUNS = Number(process.env['RULES_RUNS'] ?? (process.env['CI'] ? 100_000 : 2_000));
const shares = Object.values(PROPERTIES).reduce((sum, property) => sum + property.share, 0);

it.each(Object.entries(PROPERTIES))(
  '%s',
  (_, property) => {
    fc.assert(property.on(CORE), { numRuns: Math.ceil((RUNS * property.share) / shares) });
  },
  600_000,
);
