import 'reflect-metadata';
import { verify } from '../src/verification/verify';

/** One verification in a process of its own, so that its memory is its own: prints how long it took and the most it held. */
const main = async (): Promise<void> => {
  const began = performance.now();
  const findings = await verify({ databaseUrl: process.argv[2]!, trusted: [] });
  const ms = performance.now() - began;
  const found = { ms, peakMb: process.resourceUsage().maxRSS / 1024, broken: findings.total };
  process.stdout.write(`${JSON.stringify({ ...found, events: findings.checked.get('events') })}\n`);
};

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
