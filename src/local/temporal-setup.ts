import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionLike } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { PlainError } from './plain-error';

const { IndexedValueType } = temporal.api.enums.v1;

export type SearchAttributeType = 'Keyword' | 'Datetime' | 'Int' | 'Bool' | 'Double' | 'Text' | 'KeywordList';

const types: Record<SearchAttributeType, temporal.api.enums.v1.IndexedValueType> = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  Text: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

/** gRPC's status codes, the few that mean something here. */
const grpc = { notFound: 5, alreadyExists: 6, permissionDenied: 7, unimplemented: 12, unauthenticated: 16 };
const codeOf = (error: unknown): number | undefined => (error as { code?: number }).code;
const settleMs = 30_000;

/** A step that another start may be doing at the same moment, or whose effect the server shows only after a while. */
async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + settleMs;
  while (!(await done())) {
    if (Date.now() > end) {
      throw new PlainError(
        `Temporal did not show ${what} in time.`,
        'Look at the Temporal server, then start again.',
        1,
      );
    }
    await sleep(200);
  }
}

function refuseIfForbidden(error: unknown, remedy: string): void {
  if (codeOf(error) === grpc.permissionDenied || codeOf(error) === grpc.unauthenticated) {
    throw new PlainError(`Temporal refuses this account: ${(error as Error).message}`, remedy);
  }
}

/**
 * Makes the namespace unless it is there, and waits until it can be used. `retentionDays` is how long Temporal keeps the
 * history of a closed journey; it is not the audit trail, which is in Postgres and kept by policy.
 */
export async function ensureNamespace(
  connection: ConnectionLike,
  namespace: string,
  retentionDays: number,
): Promise<void> {
  const remedy = `Create the namespace ${namespace} yourself, or set TEMPORAL_NAMESPACE and the credentials that may use it.`;
  const exists = async (): Promise<boolean> => {
    try {
      await connection.workflowService.describeNamespace({ namespace });
      return true;
    } catch (error) {
      refuseIfForbidden(error, remedy);
      if (codeOf(error) === grpc.notFound) return false;
      throw error;
    }
  };
  if (!(await exists())) await register(connection, namespace, retentionDays, remedy);
  await until(`the namespace ${namespace}`, exists);
  // Also where it exists: another start may have made it a moment ago.
  await until(`the namespace ${namespace}`, () => usable(connection, namespace));
}

async function register(
  connection: ConnectionLike,
  namespace: string,
  retentionDays: number,
  remedy: string,
): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'Imaging Failsafe',
      workflowExecutionRetentionPeriod: msToTs(retentionDays * 86_400_000),
    });
  } catch (error) {
    refuseIfForbidden(error, remedy);
    if (codeOf(error) !== grpc.alreadyExists) throw error;
  }
}

/** The parts of a server learn of a new namespace one after another; a listing asks those that a workflow needs. */
async function usable(connection: ConnectionLike, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query: '' });
    return true;
  } catch (error) {
    if (codeOf(error) === grpc.notFound) return false;
    // Not told, or not us: then the first journey shows it.
    if ([grpc.unimplemented, grpc.permissionDenied].includes(codeOf(error) ?? 0)) return true;
    throw error;
  }
}

/**
 * Registers the search attributes that are missing, and waits until they can be used: an attribute that is not registered
 * would block the first journey that sets it. One of another type is refused, since nothing here may change it.
 */
export async function ensureSearchAttributes(
  connection: ConnectionLike & { operatorService?: temporal.api.operatorservice.v1.OperatorService },
  namespace: string,
  wanted: Record<string, SearchAttributeType>,
): Promise<void> {
  const operator = connection.operatorService;
  if (operator === undefined) throw new Error('This connection has no operator service.');
  const missing = async (): Promise<string[]> => {
    const { customAttributes } = await operator.listSearchAttributes({ namespace });
    for (const [name, type] of Object.entries(wanted)) {
      const found = customAttributes?.[name];
      if (found !== undefined && found !== null && found !== types[type]) {
        throw new PlainError(
          `Temporal has the search attribute ${name} with another type than ${type} in namespace ${namespace}.`,
          `Remove it there (temporal operator search-attribute remove --name ${name}), or use another TEMPORAL_NAMESPACE.`,
        );
      }
    }
    return Object.keys(wanted).filter((name) => customAttributes?.[name] == null);
  };
  const absent = await missing();
  if (absent.length === 0) return;
  try {
    await operator.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(absent.map((name) => [name, types[wanted[name]!]])),
    });
  } catch (error) {
    refuseIfForbidden(
      error,
      `Register these search attributes in ${namespace} yourself: ${absent.join(', ')}.`,
    );
    if (codeOf(error) !== grpc.alreadyExists) throw error;
  }
  await until(`the search attributes ${absent.join(', ')}`, async () => (await missing()).length === 0);
}
