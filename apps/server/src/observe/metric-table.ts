// Every metric of the service, declared once: registration and docs/metrics.md are made from this.

export interface MetricDeclaration<Label extends string = string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  readonly buckets?: readonly number[];
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const batchSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

function counter<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
) {
  return { type: 'counter', name, help, labels } as const;
}

function gauge<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
) {
  return { type: 'gauge', name, help, labels } as const;
}

function histogram<const Label extends string = never>(
  name: string,
  help: string,
  labels: readonly Label[] = [],
  buckets: readonly number[] = seconds,
) {
  return { type: 'histogram', name, help, labels, buckets } as const;
}

export const metricTable = {
  httpRequests: counter('http_requests_total', 'HTTP requests answered', [
    'method',
    'route',
    'status',
  ]),
  httpRequestDuration: histogram(
    'http_request_duration_seconds',
    'From the last byte of an HTTP request’s head to the end of its answer',
    ['method', 'route'],
  ),
  websocketConnectionsActive: gauge(
    'websocket_connections_active',
    'Authenticated WebSocket connections on this node',
  ),
  websocketConnectionsClosed: counter(
    'websocket_connections_closed_total',
    'WebSocket connections that ended, by close code',
    ['code'],
  ),
  databaseQueryDuration: histogram(
    'database_query_duration_seconds',
    'From handing a statement to the pool to its result, by the statement’s name',
    ['statement'],
  ),
  databaseErrors: counter(
    'database_errors_total',
    'Statements that failed, by class: unavailable, conflict, timeout, other',
    ['class'],
  ),
  messageQueueLength: gauge(
    'message_queue_length',
    'What waits, by queue: send (messages accepted, not yet written), kafka (log rows not yet published)',
    ['queue'],
  ),
  messagesAccepted: counter(
    'messages_accepted_total',
    'Messages stored and acknowledged; a retry of a stored message is not counted again',
  ),
  messageBatchSize: histogram(
    'message_batch_size',
    'Messages written in one transaction',
    [],
    batchSizes,
  ),
  messageAckDuration: histogram(
    'message_ack_duration_seconds',
    'From accepting a send to its acknowledgement, after commit',
  ),
  requests: counter('requests_total', 'Requests answered on sockets and over HTTP', [
    'operation',
    'outcome',
  ]),
  deliveries: counter('deliveries_total', 'Event frames handed to sockets of this node'),
  outboundFramesDropped: counter(
    'outbound_frames_dropped_total',
    'Frames not queued for a reader that fell behind; durable ones are replayed from the log',
  ),
  slowConsumersClosed: counter(
    'slow_consumers_closed_total',
    'Sockets closed with 4002 because nothing was taken for two seconds',
  ),
  socketsAskedToMove: counter(
    'sockets_asked_to_move_total',
    'Sockets asked to connect anew because this node held clearly more than the average',
  ),
  gapsRepaired: counter(
    'gaps_repaired_total',
    'Log rows fetched because the bus left a gap in a conversation',
  ),
  tailRows: counter('tail_rows_total', 'Log rows that the tail brought and the bus had not'),
  tailPassDuration: histogram(
    'tail_pass_duration_seconds',
    'One pass of the tail: reading what the log received and handing on what the bus had not',
  ),
  busReachable: gauge(
    'bus_reachable',
    '1 while this node’s messages come back from Redis; 0: the tail carries delivery',
  ),
  busLag: histogram(
    'bus_lag_seconds',
    'From publishing to hearing oneself over Redis, ten times a second',
  ),
  busMessages: counter(
    'bus_messages_total',
    'Messages of Redis with events, by direction: sent or heard',
    ['direction'],
  ),
  busBytes: counter('bus_bytes_total', 'Their size, by direction', ['direction']),
  busDropped: counter(
    'bus_events_dropped_total',
    'Events not told to the other nodes, who find them in the log: Redis was away or too slow',
  ),
  busIgnored: counter(
    'bus_messages_ignored_total',
    'Messages on the bus that were not read, by reason: foreign (not of this installation) or malformed',
    ['reason'],
  ),
  presenceDetail: gauge(
    'presence_detail',
    'How much presence is told on this node: 0 exact, 1 recently, 2 off (load, or Redis is away)',
  ),
  presenceWatched: gauge(
    'presence_watched_users',
    'Different users whose presence sockets of this node follow',
  ),
  presenceFrames: counter('presence_frames_total', 'Frames that told sockets of changed presence'),
  logHorizonAge: gauge(
    'log_horizon_age_seconds',
    'How long the horizon of the log has stood still: an open transaction holds it while it grows',
  ),
  resumes: counter('resumes_total', 'Sockets brought up to date, by source: memory or database', [
    'source',
  ]),
  resumeDuration: histogram('resume_duration_seconds', 'From session.resume to session.resumed'),
  callsActive: gauge('calls_active', 'Calls with a leg on this node that are not over'),
  callsStarted: counter('calls_started_total', 'Calls that began to ring, by kind', ['kind']),
  callsEnded: counter('calls_ended_total', 'Calls that are over, by reason', ['reason']),
  callAnswerDuration: histogram(
    'call_answer_duration_seconds',
    'From the first ring to the answer',
    [],
    [1, 2, 5, 10, 20, 30, 60],
  ),
  callSetupDuration: histogram(
    'call_setup_duration_seconds',
    'From the answer to the first media between two',
  ),
  callSignals: counter('call_signals_total', 'Descriptions and candidate batches handed on'),
  callSignalsKeptBytes: gauge(
    'call_signals_kept_bytes',
    'Signals in memory for legs that may come back, a minute at most',
  ),
  rateLimited: counter('rate_limited_total', 'Requests refused by a limit, by class', ['class']),
  authFailures: counter('auth_failures_total', 'Tokens refused, by reason', ['reason']),
  kafkaEventsPublished: counter(
    'kafka_events_published_total',
    'Events that Kafka has confirmed to this node’s relay',
  ),
  kafkaRelayActive: gauge(
    'kafka_relay_active',
    '1 on the node that relays the log to Kafka: in the whole deployment exactly one',
  ),
  kafkaRelayLag: gauge(
    'kafka_relay_lag_seconds',
    'Age of the oldest log row that is not yet with Kafka; every node tells it',
  ),
  userEvents: counter(
    'user_events_total',
    'Records of the topic of user events, by outcome: applied, repeated, ignored, deadLettered',
    ['type', 'outcome'],
  ),
  kafkaErrors: counter('kafka_errors_total', 'Attempts that failed, by what was being done', [
    'doing',
  ]),
  sealFailures: counter(
    'seal_failures_total',
    'Stored texts that did not open with any known key, or were altered',
  ),
  eventLoopDelay: gauge(
    'event_loop_delay_seconds',
    'How late the event loop ran since the last scrape',
    ['quantile'],
  ),
  garbageCollection: histogram(
    'nodejs_gc_duration_seconds',
    'Pauses of the garbage collector, by kind',
    ['kind'],
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  ),
  heapUsed: gauge('nodejs_heap_size_used_bytes', 'Heap in use'),
  externalMemory: gauge('nodejs_external_memory_bytes', 'Memory of buffers outside the heap'),
  residentMemory: gauge('process_resident_memory_bytes', 'Resident memory'),
  cpuSeconds: counter('process_cpu_seconds_total', 'User and system CPU time'),
  startTime: gauge('process_start_time_seconds', 'Start of the process since the Unix epoch'),
  buildInfo: gauge('nova_build_info', 'Always 1; the labels name what runs', ['version', 'node']),
} as const satisfies Record<string, MetricDeclaration>;

export type MetricKey = keyof typeof metricTable;
