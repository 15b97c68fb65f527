import { PATHWAY } from '../../../domain/pathway';
import type { Mutant } from '../support/mutant';
import { COMMANDS } from './commands';
import { FEEDS } from './feeds';
import { HANDOVER } from './handover';
import { DIRECTORY } from './directory';
import { LADDER } from './ladder';
import { RECORD } from './record';
import { VERSIONS } from './versions';

/** The pathway without one of its rules. */
const WITHOUT: Mutant[] = [...Object.keys(PATHWAY), 'gap'].map((rule) => ({
  name: `without ${rule}`,
  file: 'pathway',
  find: 'without: readonly string[] = []',
  replace: `without: readonly string[] = ['${rule}']`,
}));

/** Every mutant, by what it breaks. */
export const MUTANTS = {
  pathway: WITHOUT,
  versions: VERSIONS,
  ladder: LADDER,
  handover: HANDOVER,
  directory: DIRECTORY,
  commands: COMMANDS,
  record: RECORD,
  feeds: FEEDS,
};
