import { Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../api/answer';
import { Describe, Sent, ValidBody } from '../api/describe';
import { API, IMPORTS } from '../api/paths';
import { Permit } from '../api/permit';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { DirectoryEditor, loadedView } from './directory-editor';
import { putAll } from './directory-edits';
import type { FhirBundle } from './fhir-schema';
import { fhirBundle } from './fhir-schema';
import { CSV_COLUMNS, peopleFromCsv } from './import-csv';
import { fromFhir } from './import-fhir';

const PROBLEMS = ['bad-if-match', 'stale-directory', 'directory-inconsistent'] as const;

const csvBody = z
  .string()
  .describe(
    `People, a line each. The first line names the columns: ${CSV_COLUMNS.join(', ')}; the first three are needed, several roles are parted by \`;\`.`,
  )
  .meta({
    examples: ['id,name,roles,email\ndr-new,Dr New (synthetic),consultant;requester,dr.new@example.org\n'],
  });

const importedView = loadedView.extend({
  leftOut: z
    .array(z.object({ pointer: z.string(), message: z.string() }))
    .describe('Places in the bundle that were read and not taken, with why'),
});

/** Directories of other systems: all of what one says is taken, or nothing of it. */
@Controller(`${API}/directory`)
export class DirectoryImportController {
  constructor(private readonly editor: DirectoryEditor) {}

  @Post('import/csv')
  @Permit('directory:write')
  @Describe({
    tag: 'Directory',
    summary: 'Take in people from a table; those who are there are changed, nobody is taken away',
    body: csvBody,
    media: IMPORTS.csv.media,
    answers: { 200: loadedView },
    problems: PROBLEMS,
    edits: true,
  })
  csv(@Sent() request: ApiRequest): Promise<Answer> {
    const text = request.body;
    if (typeof text !== 'string') throw new Problem('unsupported-media-type');
    return this.editor.edit(request, (d) => putAll('people', peopleFromCsv(text, d))(d));
  }

  @Post('import/fhir')
  @Permit('directory:write')
  @Describe({
    tag: 'Directory',
    summary: 'Take in a FHIR R4 Bundle of Practitioner, PractitionerRole and Organization',
    body: fhirBundle,
    media: IMPORTS.fhir.media,
    answers: { 200: importedView },
    problems: PROBLEMS,
    edits: true,
  })
  async fhir(@ValidBody() bundle: FhirBundle, @Sent() request: ApiRequest): Promise<Answer> {
    let leftOut: object[] = [];
    const { status, body, headers } = await this.editor.edit(request, (d) => {
      const found = fromFhir(bundle, d);
      leftOut = found.leftOut;
      return found.entries.reduce((so, [part, entry]) => putAll(part, [entry])(so), d);
    });
    return new Answer(status, { ...(body as object), leftOut }, headers);
  }
}
