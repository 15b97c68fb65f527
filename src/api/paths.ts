/** Addresses that answers point to. */
export const API = 'api/v1';
export const journeyPath = (journey: string): string => `/${API}/journeys/${journey}`;
export const commandPath = (command: string): string => `/${API}/commands/${command}`;
export const policyPath = (hash: string): string => `/${API}/policies/${hash}`;

/** The addresses that take something else than JSON, and what. */
export const IMPORTS = {
  csv: { path: `${API}/directory/import/csv`, media: 'text/csv' },
  fhir: { path: `${API}/directory/import/fhir`, media: 'application/fhir+json' },
} as const;

/** The media types in which a list also comes as a whole. */
export const FORMATS = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;
