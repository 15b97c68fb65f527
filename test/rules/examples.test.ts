import { EXAMPLES } from './examples';
import { CORE } from './support/core';

describe.each(Object.entries(EXAMPLES))('%s', (_, examples) => {
  it.each(Object.entries(examples))('%s', (_name, run) => run(CORE));
});
