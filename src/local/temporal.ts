import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { dataDir } from './paths';
import { PlainError } from './plain-error';
import { startTemporalDevServer } from './temporal-dev-server';

/** The namespace that we make and use where none is configured. */
export const defaultNamespace = 'imaging-failsafe';

/** How to reach Temporal; good for the client's `Connection.connect` and the worker's `NativeConnection.connect`. */
export interface TemporalTarget {
  namespace: string;
  connectionOptions: NativeConnectionOptions & { address: string };
}

export interface TemporalPart extends TemporalTarget {
  address: string;
  /** One line for the log: what runs, and where its data is. */
  description: string;
  /** Temporal's own pages, when the server is ours. */
  uiUrl?: string;
  embedded: boolean;
  pid?: number;
  /** Stops a server of ours; leaves one that was given alone. */
  stop(): Promise<void>;
}

/**
 * The Temporal that the environment names, through Temporal's own configuration: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
 * TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile in the file TEMPORAL_CONFIG_FILE. Undefined when it names none.
 */
export function givenTemporal(): TemporalTarget | undefined {
  let config: ReturnType<typeof loadClientConnectConfig>;
  try {
    config = loadClientConnectConfig();
  } catch (error) {
    throw new PlainError(
      `The Temporal settings cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Correct the TEMPORAL_* variables or the file that TEMPORAL_CONFIG_FILE names.',
    );
  }
  const { address } = config.connectionOptions;
  if (address === undefined || address === '') return undefined;
  return {
    namespace: config.namespace ?? defaultNamespace,
    connectionOptions: { ...config.connectionOptions, address },
  };
}

/** The Temporal of this run: the given one, else a dev server of ours with its data in a local folder. */
export async function startTemporal(
  options: { dataDir?: string; say?: (line: string) => void } = {},
): Promise<TemporalPart> {
  const given = givenTemporal();
  if (given !== undefined) {
    const address = given.connectionOptions.address;
    const description = `${address}, namespace ${given.namespace} (from the environment)`;
    return { ...given, address, description, embedded: false, stop: () => Promise.resolve() };
  }
  const dir = join(options.dataDir ?? dataDir(), 'temporal');
  const server = await startTemporalDevServer(dir, options.say);
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? defaultNamespace;
  const how = server.adopted ? 'still running from an earlier start, taken over' : `from ${server.origin}`;
  return {
    namespace,
    connectionOptions: { address: server.address },
    address: server.address,
    description: `${server.address}, namespace ${namespace} (dev server, for evaluation; ${how}; data in ${dir})`,
    uiUrl: server.uiUrl,
    embedded: true,
    pid: server.pid,
    stop: () => server.stop(),
  };
}
