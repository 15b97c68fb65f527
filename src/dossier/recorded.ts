import type { Instant, RoleKey } from '../../domain/vocabulary';
import type { PatientDetails } from '../intake/patients';
import type { Link } from '../journeys/evidence-chain';

/** What Postgres holds of one journey, as a dossier is drawn from. Instants are UTC, RFC 3339 with milliseconds. */

/** One contact point that was tried for one ask, and the best proof that it arrived. */
export interface AskRow {
  key: string;
  opening: number;
  ask: number;
  purpose: 'ask' | 'stand-down';
  recipient: string;
  role: RoleKey;
  channel: string;
  at: Instant;
  status: string;
  attempts: number;
  sentAt?: Instant;
  proof?: string;
  proofAt?: Instant;
}

/** A line of the access log that names this journey. */
export interface AccessRow {
  at: Instant;
  principal?: string;
  role?: RoleKey;
  method: string;
  /** The route's template. */
  route: string;
  status: number;
  code?: string;
  request: string;
}

/** A text behind a reference. Without `salt` and `text`: its key was destroyed, or the reader may not see it. */
export interface TextRow {
  kind: string;
  commitment: string;
  /** Base64. */
  salt?: string;
  text?: string;
}

export interface PolicyRow {
  name: string;
  version: string;
  hash: string;
  timeZone: string;
  signed?: { clinicalSafetyOfficer: string; on: string };
}

export interface Recorded {
  journey: string;
  madeAt: Instant;
  links: Link[];
  policy: PolicyRow;
  /** Absent where the message named nobody, or the reader may not see who it is. */
  patient?: PatientDetails;
  /** Names by id, as the directory has them at `madeAt`. */
  names: ReadonlyMap<string, string>;
  /** By reference, in the order in which the events name them. */
  texts: ReadonlyMap<string, TextRow>;
  asks: AskRow[];
  accesses: AccessRow[];
  /** Whether the reader may see who the patient is, and free text. */
  seesPatient: boolean;
}
