import { createHash } from 'node:crypto';

/** The names under which our FHIR resources know things, and how they refer to each other. */

const SID = 'https://imaging-failsafe.invalid/fhir/sid';
export const SYSTEMS = {
  journey: `${SID}/journey`,
  event: `${SID}/event`,
  hash: `${SID}/event-sha256`,
  person: `${SID}/person`,
  role: 'https://imaging-failsafe.invalid/fhir/CodeSystem/role',
  act: 'https://imaging-failsafe.invalid/fhir/CodeSystem/event-type',
  nhs: 'https://fhir.nhs.uk/Id/nhs-number',
  request: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
} as const;

/** A URN that is the same whenever the same thing of the same journey is written (RFC 9562, version 8). */
export const urnOf = (...name: (string | number)[]): string => {
  const hex = createHash('sha256').update(name.join('/')).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export type Json = Record<string, unknown>;
export const coding = (system: string, code: string, display?: string): Json => ({
  system,
  code,
  ...(display === undefined ? {} : { display }),
});
export const concept = (system: string, code: string, display?: string): Json => ({
  coding: [coding(system, code, display)],
});

/** Somebody as a reference: how they are called, and outside of the family's form their id. */
export const whoIs = (display: string, id?: string): Json => ({
  ...(id === undefined ? {} : { identifier: { system: SYSTEMS.person, value: id } }),
  display,
});
