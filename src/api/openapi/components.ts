import { z } from 'zod';
import { PURPOSES } from '../purpose';

/** The parts of the document that many operations share. */

export const problemView = z
  .object({
    type: z.string().describe('`/problems/<code>`, which explains it'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable: branch on it'),
    instance: z.string(),
    traceId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), message: z.string() }))
      .optional()
      .describe('Where a body or query does not fit, as RFC 6901 pointers; never what stood there'),
    journey: z.string().optional(),
    command: z.string().optional(),
    event: z.int().optional().describe('The event that records the refusal'),
    version: z.int().optional(),
  })
  .meta({ title: 'Problem' });

const text = { type: 'string' } as const;

export const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A key of your choice, kept for you and your role. The same request again gets the same answer and is taken in once.',
    schema: { ...text, pattern: '^[!-~]{1,200}$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description:
      'The ETag of the journey as you read it. A command is refused (412) where it has changed clinically since.',
    schema: { ...text, pattern: '^("\\d{1,10}"|\\*)$' },
    example: '"12"',
  },
  EnteredAfterwards: {
    name: 'Entered-Afterwards',
    in: 'header',
    required: false,
    description:
      'When this was done, where it was kept on paper while nothing worked and is entered now. Both times go on record; whether it was in time is judged by this one.',
    schema: { ...text, format: 'date-time' },
    example: '2026-03-02T09:30:00Z',
  },
  DirectoryIfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description:
      'The ETag of the directory as you read it. A change is refused (412) where another came in between.',
    schema: { ...text, pattern: '^("\\d{1,10}"|\\*)$' },
    example: '"7"',
  },
  PurposeOfUse: {
    name: 'Purpose-Of-Use',
    in: 'header',
    required: false,
    description:
      'Why this is read, as an HL7 v3 PurposeOfUse code; goes into the access log. Unless said: TREAT for those who treat, COC for desks and leads.',
    schema: { ...text, enum: Object.keys(PURPOSES) },
  },
  PurposeRequired: {
    name: 'Purpose-Of-Use',
    in: 'header',
    required: true,
    description: 'Why this is read, as an HL7 v3 PurposeOfUse code; goes into the access log.',
    schema: { ...text, enum: Object.keys(PURPOSES) },
    example: 'PATSFTY',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    required: false,
    description:
      '`wait=N`: seconds to wait for the outcome (2 unless said, 30 at most). `respond-async`: do not wait.',
    schema: text,
    example: 'wait=5',
  },
} as const;

export const DIRECTORY_ETAG = { description: 'The directory’s version', schema: text } as const;

export const HEADERS = {
  ETag: { description: 'The journey’s clinical version', schema: text },
  Location: { description: 'The journey; for 202 the address of the outcome', schema: text },
} as const;

export const SECURITY = {
  developmentToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      '`dev:<person>:<role>`, taken on this machine’s own address alone. A real sign-in takes its place.',
  },
} as const;
