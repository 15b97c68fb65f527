import { CHANGES } from './changes';
import { COMMANDS } from './commands';
import { IMAGING } from './imaging';
import { LADDER } from './ladder';
import { OTHERS } from './others';
import { RECORD } from './record';
import { RESULTS } from './results';
import { VERSIONS } from './versions';

/** Every example, by subject. */
export const EXAMPLES = {
  imaging: IMAGING,
  results: RESULTS,
  versions: VERSIONS,
  ladder: LADDER,
  changes: CHANGES,
  commands: COMMANDS,
  others: OTHERS,
  record: RECORD,
};
