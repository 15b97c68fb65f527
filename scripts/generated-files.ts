import path from 'node:path';
import { format } from 'prettier';
import { openApiDocument } from '../src/api/openapi/document';
import { VERSION } from '../src/api/version';
import { CONTROLLERS } from '../src/controllers';
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
  {
    path: 'docs/openapi.json',
    render: () =>
      format(JSON.stringify(openApiDocument(CONTROLLERS, VERSION)), { parser: 'json', printWidth: 110 }),
  },
];
