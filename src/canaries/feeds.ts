import type { Category, Instant } from '../../domain/vocabulary';
import { API } from '../api/paths';
import { OURS } from '../intake/matching';
import type { IntakeService } from '../intake/intake.service';

/** The report of a canary, as a source system would have it. */
export interface CanaryReport {
  /** The order's number, which only this canary has. */
  number: string;
  at: Instant;
  category: Category;
}

/** A way in, walked as the systems walk it that use it. FHIR and HL7 v2 become entries of `feedsOf` when they are there. */
export interface CanaryFeed {
  name: string;
  /** Sends it in. Throws where it is not accepted. */
  send(report: CanaryReport): Promise<void>;
}

const SENDER = 'canary.source';
const PATIENCE_MS = 10_000;

const bodyOf = ({ at, category }: CanaryReport) => ({
  version: 1,
  status: 'final' as const,
  at,
  reporter: 'canary.reporter',
  findings: [{ id: 'f1', category, expected: false, region: 'chest' as const }],
  regions: [{ region: 'chest' as const, statement: 'findings' as const }],
});

const numbers = ({ number }: CanaryReport) => [{ assigner: OURS, type: 'order', value: number }];

/** The REST interface, over HTTP, found by the order's number. */
const rest = (url: string, authorization: string): CanaryFeed => ({
  name: 'rest',
  async send(report) {
    const response = await fetch(`${url.replace(/\/+$/, '')}/${API}/messages/report`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ ...bodyOf(report), identifiers: numbers(report) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the REST interface answered ${response.status}`);
  },
});

/** Where the worker knows no address of the API: the way in behind it. */
const direct = (intake: IntakeService): CanaryFeed => ({
  name: 'intake',
  async send(report) {
    await intake.submit({
      type: 'report',
      data: bodyOf(report),
      by: { person: SENDER, role: 'system' },
      identifiers: numbers(report),
    });
  },
});

/** How the runner of canaries reaches the API. */
export interface CanarySettings {
  apiUrl?: string | undefined;
  /** The `Authorization` header of a source system. */
  authorization?: string | undefined;
}

/** `CANARY_API_URL` and `CANARY_AUTHORIZATION`; a local run knows its own address. */
export const canarySettings = (env: NodeJS.ProcessEnv, url: string | undefined): CanarySettings => ({
  apiUrl: env['CANARY_API_URL'] || url,
  authorization: env['CANARY_AUTHORIZATION'] || undefined,
});

export const feedsOf = (
  { apiUrl, authorization = `Bearer dev:${SENDER}:system` }: CanarySettings,
  intake: IntakeService,
): [CanaryFeed, ...CanaryFeed[]] => [apiUrl === undefined ? direct(intake) : rest(apiUrl, authorization)];
