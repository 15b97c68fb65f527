/** Addresses that answers point to. */
export const API = 'api/v1';
export const journeyPath = (journey: string): string => `/${API}/journeys/${journey}`;
export const commandPath = (command: string): string => `/${API}/commands/${command}`;
export const policyPath = (hash: string): string => `/${API}/policies/${hash}`;
