import type { startTestServers } from './servers';

export default async function globalTeardown(): Promise<void> {
  const held = globalThis as { failsafeTestServers?: Awaited<ReturnType<typeof startTestServers>> };
  await held.failsafeTestServers?.stop();
}
