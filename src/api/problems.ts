import { REFUSALS } from '../../domain/refusals';

/**
 * Why the API says no before anything is recorded; the domain's own refusals stand beside them. Codes are stable, each has
 * a page at `/problems/<code>`. No wording carries what was sent.
 */
const EDGE = {
  'bad-request': [400, 'The request cannot be read: its address or one of its headers is malformed.'],
  'malformed-json': [400, 'The body is not JSON in UTF-8. Check quotes, commas and encoding.'],
  'invalid-query': [
    400,
    'A query parameter is unknown or has a value that is not allowed. `errors` names each.',
  ],
  'bad-cursor': [400, 'The cursor is not one that this list gave out. Start again without it.'],
  'purpose-missing': [
    400,
    'Say why you read this: Purpose-Of-Use with one of TREAT, ETREAT, COC, HOPERAT, HQUALIMP, PATSFTY, HLEGAL, HCOMPL, PATRQT, FAMRQT or HSYSADMIN.',
  ],
  'unknown-purpose': [
    400,
    'Purpose-Of-Use must be one of TREAT, ETREAT, COC, HOPERAT, HQUALIMP, PATSFTY, HLEGAL, HCOMPL, PATRQT, FAMRQT or HSYSADMIN.',
  ],
  'search-too-broad': [
    400,
    'More than 5,000 texts hold these words. Add a word, or the start and end of a time.',
  ],
  'bad-if-match': [400, 'If-Match must be one ETag as the journey gave it, such as "12" with its quotes.'],
  'bad-entered-afterwards': [
    400,
    'Entered-Afterwards must be an instant with its offset, and goes only with what people do by hand: vet, return, clarify, answer, evaluate, assure, acknowledge, plan, complete, tell, call.',
  ],
  'bad-idempotency-key': [400, 'Idempotency-Key must be 1 to 200 printable ASCII characters without spaces.'],
  unauthenticated: [
    401,
    'Say who you are: Authorization: Bearer <token>. A development token is dev:<person>:<role>, with a role of the directory.',
  ],
  'not-in-directory': [
    403,
    'The directory does not know you, so nobody could ask you about what you take on. Have an administrator add you.',
  ],
  'not-permitted': [403, 'Your role may not do this. Ask somebody whose role may.'],
  'not-found': [404, 'There is nothing at this address. /docs lists what there is.'],
  'unknown-journey': [404, 'There is no such journey.'],
  'unknown-command': [404, 'There is no such command or message.'],
  'unknown-patient': [404, 'No patient is known under all of these numbers. Check each of them.'],
  'unknown-remedy': [404, 'There is no such remedy. GET /api/v1/admin/remedies lists them.'],
  'unknown-policy': [404, 'There is no policy with that hash. GET /api/v1/policies lists them.'],
  'unknown-entry': [404, 'The directory has no entry of that id. GET /api/v1/directory gives them all.'],
  'unknown-feed': [404, 'No feed has that id. GET /api/v1/admin/feeds lists them.'],
  'unknown-checkpoint': [
    404,
    'The ledger has not come that far. GET /api/v1/checkpoints lists its checkpoints; `from` is at most `to`.',
  ],
  'unknown-problem': [404, 'There is no problem of that name. GET /problems lists them.'],
  'unknown-link': [
    404,
    'This link was not made here, or was cut off on its way. Open the journey and act there.',
  ],
  'link-not-yours': [403, 'This link was sent to somebody else. Sign in as the person whom it was sent to.'],
  'link-used': [409, 'This link has done what it offers. Open the journey to see what stands there now.'],
  'link-expired': [410, 'This link is older than a week. Open the journey and act there.'],
  'link-over': [410, 'What this link asks for is no longer owed. Open the journey to see why.'],
  'link-offers-nothing': [
    422,
    'This duty needs more than a click: a call with read-back, a plan, a telling or a proof. Do it in the journey.',
  ],
  'method-not-allowed': [405, 'This address does not take that method. Allow names those it takes.'],
  'not-acceptable': [406, 'There is no such form of this. Accept one of the media types that /docs names.'],
  'idempotency-in-flight': [
    409,
    'The first request with this Idempotency-Key is still being worked on. Ask again shortly.',
  ],
  'principal-of-another-feed': [
    409,
    'A principal is one feed’s alone, and one of these is another’s already. Take it away there first.',
  ],
  'legal-hold-stands': [409, 'A legal hold stands, so nothing may be destroyed. Have it lifted first.'],
  'no-legal-hold': [409, 'No legal hold for that reason stands for this patient.'],
  'journey-not-closed': [
    409,
    'A journey of this patient is open, or something received for it is not recorded yet. Nothing of theirs is destroyed.',
  ],
  'retention-runs': [
    409,
    'What policy says of how long this must be kept is not over, or it says nothing. Only a court order goes before it.',
  ],
  'erasure-not-asked': [
    409,
    'Nobody has asked for that: one person asks for an erasure, and another approves it for the same reason.',
  ],
  'run-is-sound': [
    409,
    'This journey has a run that fits the code that runs now, and goes on. Resume it; or say `force` to begin a new run all the same.',
  ],
  'nothing-waits': [409, 'Nothing of this journey waits to be tried, delivered or sent again.'],
  'nothing-to-set-aside': [
    409,
    'That is not the row which holds up this journey: only the first without an outcome that could not be recorded is set aside.',
  ],
  'nothing-to-correct': [
    409,
    'That row was not set aside as one that cannot be used, or that was explained already, or it was a person’s command, which that person sends again.',
  ],
  'remedy-over': [409, 'This remedy was applied already. Read what became of it.'],
  'stale-directory': [
    412,
    'The directory has changed since you read it. Read it again, and make your change to what it says now.',
  ],
  'body-too-large': [413, 'The body is larger than 1 MB. Nothing of it was read.'],
  'unsupported-media-type': [
    415,
    'Send the media type that this address takes, named by Content-Type: application/json unless /docs says another.',
  ],
  'idempotency-key-reused': [
    422,
    'This Idempotency-Key came before with another request. Take a new key for a new request.',
  ],
  'invalid-body': [422, 'The body does not fit the schema of this address. `errors` names each place.'],
  'directory-inconsistent': [
    422,
    'With this change the directory would not hold together. `errors` names each place; put that right first, or with it.',
  ],
  'nothing-picked': [
    422,
    'This picks no journey: name one or more, or the code of a finding that is open for some.',
  ],
  'body-too-deep': [422, 'The body is nested deeper than 32 levels.'],
  'unstorable-text': [
    422,
    'A text holds a NUL character or half a surrogate pair, which no record can keep. `errors` names it.',
  ],
  'server-error': [500, 'This is our fault. Nothing was recorded; the trace id finds what happened.'],
  'sealing-key-missing': [
    503,
    'The key under which this is sealed is not here, so it can neither be kept nor shown. An administrator puts it back.',
  ],
  'temporal-away': [
    503,
    'Temporal cannot be reached, so nobody knows how this journey runs. Try again later.',
  ],
  'history-unavailable': [
    503,
    'Temporal cannot be reached, and no copy of this history is kept yet. Ask again later.',
  ],
  unavailable: [
    503,
    'The database cannot be reached, so nothing can be accepted. Send the same again later.',
  ],
} as const satisfies Record<string, readonly [number, string]>;

export const PROBLEMS = { ...EDGE, ...REFUSALS } as const;
export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** A place in a body or query that is wrong, as an RFC 6901 pointer; never what stood there. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** What else an answer of this kind may say. */
export interface ProblemDetails {
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** Where the refusal is on record: its journey, command and event. */
  recorded?: { journey: string; command: string; event: number; version: number };
}

/** Why a request is not answered with what it asked for. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly details: ProblemDetails = {},
  ) {
    super(code);
    this.status = PROBLEMS[code][0];
  }
}

const titleOf = (code: string): string =>
  (code.charAt(0).toUpperCase() + code.slice(1)).replaceAll('-', ' ').replace(/\bjson\b/, 'JSON');

/** What `/problems/<code>` says, and the part of every answer that does not change. */
export const problemType = (code: ProblemCode) => ({
  type: `/problems/${code}`,
  title: titleOf(code),
  status: PROBLEMS[code][0],
  detail: PROBLEMS[code][1],
});

/** The RFC 9457 body of one occurrence. */
export const problemBody = ({ code, details }: Problem, traceId: string): Record<string, unknown> => ({
  ...problemType(code),
  code,
  instance: `urn:uuid:${traceId}`,
  traceId,
  ...(details.errors === undefined ? {} : { errors: details.errors }),
  ...details.recorded,
});
