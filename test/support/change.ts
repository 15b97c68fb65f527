/** One place in a source file, and what stands there instead: a rule left out, for the test that must then fail. */
export interface Change {
  /** From the root of the project. */
  file: string;
  /** The passage, which must be there exactly once. */
  from: string;
  to: string;
}

/** A file's text with the change. @throws where the passage is not there exactly once: the test must follow the code */
export const changed = (text: string, { file, from, to }: Change): string => {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`${file} has this ${times} times, not once: ${from}`);
  return text.replace(from, () => to);
};
