import type { Attributes, Context, Span } from '@opentelemetry/api';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  createContextKey,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/**
 * Traces: what a message went through, as spans of one trace. Ids, codes and durations only; no text, no patient, no message of an
 * error. Off unless somebody is there to receive them (`telemetry.ts`), and then nothing here costs more than a look.
 */

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const REQUEST = createContextKey('failsafe.request');
let on = false;

/** Spans are made from now on. */
export const traceFromNowOn = (): void => void (on = true);

export interface Spanned {
  name: string;
  kind?: 'server' | 'producer' | 'consumer' | 'client';
  /** A W3C traceparent of what it follows; without one it follows what runs now, if anything does. */
  parent?: string | undefined;
  attributes?: Attributes;
}

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const;

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Whether it is a traceparent as W3C writes it; whatever else a sender put there is not carried on. */
export const isTraceparent = (text: unknown): text is string =>
  typeof text === 'string' && TRACEPARENT.test(text);

const contextOf = (parent: string | undefined): Context => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return context.active();
  const traceFlags = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
};

/** A span that its caller ends; nothing while nobody receives any. */
export const beginSpan = ({ name, kind, parent, attributes = {} }: Spanned): Span | undefined =>
  on
    ? trace
        .getTracer('imaging-failsafe')
        .startSpan(name, { attributes, ...(kind ? { kind: KINDS[kind] } : {}) }, contextOf(parent))
    : undefined;

/** Runs something within a span; it ends when that does, and says only that it failed and by which class of error. */
export const spanned = async <T>(what: Spanned, act: () => Promise<T>): Promise<T> => {
  const span = beginSpan(what);
  if (!span) return act();
  try {
    return await context.with(trace.setSpan(context.active(), span), act);
  } catch (error) {
    span.setAttribute('error.type', error instanceof Error ? error.constructor.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
};

/** What runs now, as a traceparent to be carried on; nothing where nothing is traced. */
export const traceparentNow = (): string | undefined => {
  const now = on ? trace.getActiveSpan()?.spanContext() : undefined;
  return now && `00-${now.traceId}-${now.spanId}-0${now.traceFlags & TraceFlags.SAMPLED}`;
};

/** Runs the rest of a request in its span, so that what it logs and sends in bears its ids. */
export const withinRequest = <T>(request: string, span: Span | undefined, act: () => T): T => {
  const named = context.active().setValue(REQUEST, request);
  return context.with(span ? trace.setSpan(named, span) : named, act);
};

/** For each line of the log: which request and which trace it belongs to. */
export const idsNow = (): { request?: string; trace?: string } => {
  const now = context.active();
  const request = now.getValue(REQUEST) as string | undefined;
  const traceId = trace.getSpan(now)?.spanContext().traceId;
  return {
    ...(request === undefined ? {} : { request }),
    ...(traceId === undefined ? {} : { trace: traceId }),
  };
};
