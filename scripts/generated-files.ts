import path from 'node:path';
import { POLICIES, loadPolicy } from '../src/policy/policy-file';
import { whoOwesWhatPage } from '../src/policy/who-owes-what-page';

/** A committed file that is drawn from something else, and what draws it. */
export interface GeneratedFile {
  path: string;
  render: () => string | Promise<string>;
}

export const root = path.resolve(__dirname, '..');

export const generatedFiles: GeneratedFile[] = [
  {
    path: 'docs/who-owes-what.md',
    render: () => whoOwesWhatPage(loadPolicy(path.join(POLICIES, 'england.yaml'))),
  },
];
