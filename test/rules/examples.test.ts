import { IMAGING } from './examples/imaging';
import { CORE } from './support/core';

describe.each(Object.entries({ imaging: IMAGING }))('%s', (_, examples) => {
  it.each(Object.entries(examples))('%s', (_name, run) => run(CORE));
});
