/** A release that cannot go on with what an earlier one began: its every workflow task fails. */
export const imagingJourney = (): Promise<void> => {
  throw new Error('a mistake of this release');
};
