import * as closing from '../../../domain/closing';
import * as content from '../../../domain/content';
import * as decide from '../../../domain/decide';
import * as evolve from '../../../domain/evolve';
import * as journey from '../../../domain/journey';
import * as pathway from '../../../domain/pathway';
import * as reports from '../../../domain/reports';
import * as schedule from '../../../domain/schedule';

/**
 * The pure core as the tests use it. Every example and property takes it as an argument, so that the same checks run on the
 * core as it is and on each mutant of it.
 */
export const CORE = {
  ...content,
  ...decide,
  ...evolve,
  ...schedule,
  ...closing,
  ...journey,
  ...pathway,
  ...reports,
};
export type Core = typeof CORE;

/** The modules that make a core, for whoever builds another one. */
export const MODULES = [
  'content',
  'decide',
  'evolve',
  'schedule',
  'closing',
  'journey',
  'pathway',
  'reports',
] as const;
