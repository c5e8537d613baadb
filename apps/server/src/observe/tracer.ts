/** The steps of a message's walk that are traced. */
export type SpanName = 'accept' | 'batch' | 'publish' | 'deliver' | 'resume';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  readonly set: (name: string, value: string | number | boolean) => void;
  readonly end: (error?: unknown) => void;
}

export interface SpanOptions {
  readonly parent?: Span | undefined;
  /** Spans of the requests that one batch carries. */
  readonly links?: readonly Span[] | undefined;
  readonly startedAtMs?: number | undefined;
}

/** What rooms know of tracing. Ids only in the attributes, never content. */
export interface Tracer {
  /** False where spans go nowhere: a caller on a hot path then need not make attributes. */
  readonly enabled: boolean;
  readonly start: (name: SpanName, attributes?: Attributes, options?: SpanOptions) => Span;
  readonly close: () => Promise<void>;
}

const noSpan: Span = { set: () => undefined, end: () => undefined };

export const noTracer: Tracer = {
  enabled: false,
  start: () => noSpan,
  close: () => Promise.resolve(),
};

export interface TracerOptions {
  /** Base address of a collector (OTLP over HTTP); absent, nothing is loaded. */
  readonly otlpEndpoint?: string | undefined;
  /** From 0 to 1. */
  readonly sampleShare: number;
  readonly version: string;
}

export async function openTracer(options: TracerOptions): Promise<Tracer> {
  const { otlpEndpoint } = options;
  if (otlpEndpoint === undefined) return noTracer;
  const { openTelemetryTracer } = await import('./open-telemetry.ts');
  return openTelemetryTracer({ ...options, otlpEndpoint });
}
