// Loaded only when a collector is configured: OpenTelemetry behind the Tracer of this room.
import { type Span as OtelSpan, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span, Tracer } from './tracer.ts';

interface Options {
  readonly otlpEndpoint: string;
  readonly sampleShare: number;
  readonly version: string;
}

export function openTelemetryTracer({ otlpEndpoint, sampleShare, version }: Options): Tracer {
  const url = `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'nova-messaging',
      'service.version': version,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleShare) }),
    // A collector that is away costs at most this queue: spans past it are dropped.
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), maxQueueSize: 2_048 }),
    ],
  });
  const tracer = provider.getTracer('nova-messaging', version);
  const originals = new WeakMap<Span, OtelSpan>();

  return {
    enabled: true,
    start: (name, attributes = {}, { parent, links = [], startedAtMs } = {}) => {
      const above = parent === undefined ? undefined : originals.get(parent);
      const context = above === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, above);
      const linked = links.flatMap((link) => {
        const original = originals.get(link);
        return original === undefined ? [] : [{ context: original.spanContext() }];
      });
      const options = {
        attributes,
        links: linked,
        ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
      };
      const original = tracer.startSpan(name, options, context);
      const span = wrap(original);
      originals.set(span, original);
      return span;
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

function wrap(original: OtelSpan): Span {
  return {
    set: (name, value) => void original.setAttribute(name, value),
    end: (error) => {
      if (error !== undefined) {
        // The name alone: messages of errors may quote what a person wrote.
        const message = error instanceof Error ? error.name : 'failed';
        original.setStatus({ code: SpanStatusCode.ERROR, message });
      }
      original.end();
    },
  };
}
