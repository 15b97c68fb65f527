'use strict';
/** Jest's transformer for a run in which one file reads differently; see ../changed-runs.ts. */
const { createTransformer } = require('@swc/jest');

exports.createTransformer = ({ file, text, ...options }) => {
  const plain = createTransformer(options);
  const read = (source, name) => (name === file ? text : source);
  return {
    canInstrument: false,
    process: (source, name, more) => plain.process(read(source, name), name, more),
    // By what a file says, and not by this configuration: runs with different changes share what they have in common.
    getCacheKey: (source, name, more) =>
      plain.getCacheKey(read(source, name), name, { ...more, configString: '' }),
  };
};
