/**
 * The configuration as the rooms read it: units stand in the names, times are milliseconds,
 * passwords stand inside their addresses.
 */
export interface Config {
  readonly process: {
    readonly environment: 'development' | 'production';
    readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
    readonly dataDir: string;
    readonly drainMs: number;
    readonly trustedProxies: readonly string[];
  };
  readonly http: { readonly host: string; readonly port: number };
  readonly webClient: { readonly served: boolean };
  readonly metrics: { readonly host: string; readonly port: number };
  readonly database: {
    /** Absent on the embedded default. */
    readonly url?: string | undefined;
    readonly maxConnections: number;
    readonly poolTimeoutMs: number;
    readonly idleTimeoutMs: number;
    readonly migrateOnStart: boolean;
  };
  readonly redis: {
    readonly url?: string | undefined;
    readonly poolSize: number;
    readonly connectTimeoutMs: number;
    readonly poolTimeoutMs: number;
  };
  readonly kafka: {
    /** Empty where nothing is relayed. */
    readonly brokers: readonly string[];
    readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
    readonly requestTimeoutMs: number;
    readonly consumerGroup: string;
    readonly eventsTopic: string;
    readonly userEventsTopic: string;
    readonly eventContent: boolean;
    /** Absent: in clear. */
    readonly tls?: { readonly caPem?: string | undefined } | undefined;
    readonly sasl?:
      | {
          readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
          readonly username: string;
          readonly password: string;
        }
      | undefined;
  };
  readonly socket: {
    readonly maxFrameBytes: number;
    readonly messageBufferFrames: number;
    readonly heartbeatIntervalMs: number;
    /** Empty: every origin. */
    readonly allowedOrigins: readonly string[];
    readonly maxPerUser: number;
    /** 0: sockets stay where they are. */
    readonly rebalancePerSecond: number;
  };
  readonly messages: {
    readonly maxCodePoints: number;
    readonly batchSize: number;
    readonly lanes: number;
    readonly editWindowHours: number;
    readonly recallWindowHours: number;
  };
  readonly groups: { readonly maxMembers: number };
  readonly calls: {
    readonly maxDurationMs: number;
    readonly idleMs: number;
    readonly ringMs: number;
    readonly stunUrls: readonly string[];
    readonly turnUrls: readonly string[];
    readonly turnSecrets: readonly string[];
  };
  readonly auth: {
    readonly publicKeyPem?: string | undefined;
    readonly jwksUrl?: string | undefined;
    readonly issuer?: string | undefined;
    readonly audience?: string | undefined;
  };
  readonly sealing: {
    readonly keyB64?: string | undefined;
    readonly previousKeysB64: readonly string[];
  };
  readonly limits: {
    readonly sendsPerSecond: number;
    readonly sendsBurst: number;
    readonly requestsPerSecond: number;
    readonly requestsBurst: number;
    readonly authFailuresPerMinute: number;
    readonly socketsPerAddress: number;
  };
  readonly telemetry: {
    readonly otlpEndpoint?: string | undefined;
    /** From 0 to 1. */
    readonly sampleShare: number;
  };
}
