import { AFTERWARDS } from './afterwards';
import { CHANGES } from './changes';
import { CLOCKS } from './clocks';
import { COMMANDS } from './commands';
import { CONTESTED } from './contested';
import { FEEDS } from './feeds';
import { HANDOVER } from './handover';
import { IMAGING } from './imaging';
import { LADDER } from './ladder';
import { LISTS } from './lists';
import { MERGES } from './merges';
import { OTHERS } from './others';
import { READERS } from './readers';
import { RECORD } from './record';
import { RESULTS } from './results';
import { REVIEWS_DUE } from './reviews';
import { SEVERAL } from './several';
import { VERSIONS } from './versions';
import { WHO_IS_ASKED } from './directory';
import { WHO_ANSWERS } from './who-answers';

/** Every example, by subject. */
export const EXAMPLES = {
  imaging: IMAGING,
  results: RESULTS,
  versions: VERSIONS,
  readers: READERS,
  contested: CONTESTED,
  several: SEVERAL,
  clocks: CLOCKS,
  ladder: LADDER,
  handover: HANDOVER,
  changes: CHANGES,
  commands: COMMANDS,
  others: OTHERS,
  feeds: FEEDS,
  merges: MERGES,
  record: RECORD,
  lists: LISTS,
  directory: WHO_IS_ASKED,
  answering: WHO_ANSWERS,
  afterwards: AFTERWARDS,
  reviews: REVIEWS_DUE,
};
