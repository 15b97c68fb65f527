import type { Core } from './core';

/**
 * Examples by what they show. They are data, not tests, so that they can be run against each mutant of the core too: an
 * example that no mutant turns red would be worth nothing.
 */
export type Examples = Record<string, (core: Core) => void>;
