import { trace } from '@opentelemetry/api';
import type { Meter } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { VERSION } from '../api/version';
import { measureWith } from './measures';
import { traceFromNowOn } from './tracing';

/** What makes this process seen from outside. One a process, however many of its parts ask for it. */
export interface Telemetry {
  meter: Meter;
  /** Everything as Prometheus reads it. */
  text(): Promise<string>;
  /** Sends what has not been sent yet. */
  flush(): Promise<void>;
}

let telemetry: Telemetry | undefined;

/**
 * Counts from now on. Traces and metrics are pushed by OTLP over HTTP only where OTEL_EXPORTER_OTLP_ENDPOINT says where to, with the
 * other settings as OpenTelemetry documents them (OTEL_EXPORTER_OTLP_HEADERS and so on); what Prometheus reads is always there.
 */
export const startTelemetry = (env: NodeJS.ProcessEnv): Telemetry => {
  telemetry ??= begin(env);
  return telemetry;
};

/** One of OpenTelemetry's own settings, which its parts leave to whoever puts them together. */
const milliseconds = (env: NodeJS.ProcessEnv, name: string, otherwise: number): number => {
  const given = Number(env[name]);
  return Number.isInteger(given) && given > 0 ? given : otherwise;
};

const metricsPushed = (env: NodeJS.ProcessEnv): PeriodicExportingMetricReader => {
  const exportIntervalMillis = milliseconds(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const exportTimeoutMillis = Math.min(exportIntervalMillis, 30_000);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
};

const begin = (env: NodeJS.ProcessEnv): Telemetry => {
  const pushed = Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT']);
  const resource = resourceFromAttributes({
    'service.name': env['OTEL_SERVICE_NAME'] || 'imaging-failsafe',
    'service.version': VERSION,
  });
  // Read by whoever asks us; it serves nothing of its own.
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  const readers = pushed ? [metricsPushed(env)] : [];
  const meters = new MeterProvider({ resource, readers: [exporter, ...readers] });
  const meter = meters.getMeter('imaging-failsafe', VERSION);
  measureWith(meter);
  const tracers = pushed
    ? new TracerProvider({
        resource,
        spanProcessors: [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter(),
            scheduledDelayMillis: milliseconds(env, 'OTEL_BSP_SCHEDULE_DELAY', 5_000),
          }),
        ],
      })
    : undefined;
  if (tracers) {
    trace.setGlobalTracerProvider(tracers);
    traceFromNowOn();
  }
  return {
    meter,
    async text() {
      return serializer.serialize((await exporter.collect()).resourceMetrics);
    },
    async flush() {
      await Promise.allSettled([tracers?.forceFlush(), meters.forceFlush()]);
    },
  };
};
