import type { Change } from '../../support/change';

/** A rule of the channels, one place in the source by which it is broken, and the test that must then fail. */
export interface Mutant extends Change {
  rule: string;
  /** `file :: title`, the file in test/system or from test on, the title as it is run. */
  test: string;
}
