import { startTestServers } from './servers';

/** Jest calls this once before the projects that need servers; the teardown finds the handle in the global. */
export default async function globalSetup(): Promise<void> {
  (globalThis as { failsafeTestServers?: unknown }).failsafeTestServers = await startTestServers();
}
