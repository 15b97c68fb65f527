/**
 * SQLSTATE classes and codes with which Postgres says: not now, or not to you. The same statement may succeed later: no
 * connection, no resources, shutting down, locked, deadlocked, a standby, closed to sessions, or a login that is not set up.
 */
const NOT_NOW = /^(08...|53...|57...|58...|28...|3D000|25006|40001|40P01|55000|55P03)$/;
const NO_CONNECTION =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const SAID_SO =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|query read timeout|cannot use a pool after/i;

/** Whether an error means that the database cannot be used at the moment, rather than that we made a mistake. */
export const isDatabaseAway = (error: unknown): boolean => {
  const { code, driverError, errors, message } = (error ?? {}) as {
    code?: unknown;
    driverError?: unknown;
    errors?: unknown[];
    message?: unknown;
  };
  if (typeof code === 'string' && (NOT_NOW.test(code) || NO_CONNECTION.test(code))) return true;
  if (typeof message === 'string' && SAID_SO.test(message)) return true;
  if (Array.isArray(errors) && errors.some(isDatabaseAway)) return true;
  return driverError !== undefined && driverError !== error && isDatabaseAway(driverError);
};
