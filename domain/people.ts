import type { RoleKey } from './vocabulary';

/** Who did it: an opaque person or system id, in the role in which they acted. */
export interface Actor {
  person: string;
  role: RoleKey;
}

/** Who owes: a role means its named lead, whom the directory names when the duty is scheduled. */
export interface Owner {
  role: RoleKey;
  person?: string;
}

/** An owner with the person filled in. */
export interface Party {
  role: RoleKey;
  person: string;
}

/** Text or patient data kept in Postgres: where it is, and a salted SHA-256 commitment to it. */
export interface Sealed {
  ref: string;
  commitment: string;
}
