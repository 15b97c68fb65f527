import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';
import { testServerPath } from './servers';

/**
 * A Temporal whose time passes only when a test says so, or when it waits for a result. Time is one for the whole server,
 * so each test file has a server of its own (a second to start, and files run side by side without moving each other's time).
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServerPath() } },
  });
}

let quiet = false;

/** Temporal's own log lines at this level and above only, its native part's too; once a process, as the runtime is. */
export function quietRuntime(level: 'WARN' | 'ERROR' = 'WARN'): void {
  if (quiet) return;
  quiet = true;
  try {
    Runtime.install({
      logger: new DefaultLogger(level),
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: level, other: level }) } },
      shutdownSignals: [],
    });
  } catch {
    // Another test file of this process has installed it.
  }
}

/** For a test file: starts the server before its tests and stops it after them. Call the result to get at it. */
export function useTimeSkipping(): () => TestWorkflowEnvironment {
  let env: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    env = await startTimeSkipping();
  }, 60_000);
  afterAll(async () => {
    await env?.teardown();
  }, 60_000);
  return () => {
    if (env === undefined) throw new Error('The time-skipping server is not running yet.');
    return env;
  };
}
