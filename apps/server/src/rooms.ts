import { type CallsRoom, openCalls } from '#calls/open-calls.js';
import type { Config } from '#config/config.js';
import { createConversationReader } from '#conversations/conversation-reader.js';
import { conversationHandlers } from '#conversations/handlers.js';
import type { Database, DatabaseOptions } from '#db/database.js';
import { exchangeConnection } from '#db/exchange-connection.js';
import { type PipelineConnection, pipelineConnection } from '#db/pipeline-connection.js';
import type { Bus } from '#delivery/bus.js';
import type { DurableOutgoing, Outgoing } from '#delivery/outgoing.js';
import type { RecentEvents } from '#delivery/recent-events.js';
import type { Directory } from '#directory/directory.js';
import type { Handler } from '#dispatch/handler.js';
import { authenticateSession, resumeSession } from '#gateway/session-handlers.js';
import { createFirstReplies } from '#idempotency/first-replies.js';
import { createAcknowledged } from '#messages/acknowledged.js';
import { batchStatements } from '#messages/batch-statements.js';
import { BatchWriter } from '#messages/batch-writer.js';
import { messageHandlers } from '#messages/handlers.js';
import { createMessageReader } from '#messages/message-reader.js';
import { sendMessage } from '#messages/send-message.js';
import type { Logger } from '#observe/logger.js';
import type { Metrics } from '#observe/metrics.js';
import { callObserver } from '#observe/observers.js';
import type { Tracer } from '#observe/tracer.js';
import { PresenceWatch } from '#presence/presence-watch.js';
import { subscribePresence } from '#presence/subscribe.js';
import { receiptHandlers } from '#receipts/handlers.js';
import { ReceiptWriter } from '#receipts/receipt-writer.js';
import { createConversationKeys } from '#sealing/conversation-keys.js';
import type { MasterKeys } from '#sealing/master-keys.js';
import { createCatchUp } from '#sync/catch-up.js';
import { listEvents, type PositionSource } from '#sync/list-events.js';
import { createReadView } from '#sync/read-view.js';
import type { ReplayDeps } from '#sync/replay.js';
import { createTurns } from '#sync/turns.js';
import { typingHandlers } from '#typing/handlers.js';
import { createTypists } from '#typing/typists.js';

export interface RoomsOptions {
  readonly config: Config;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly bus: Bus;
  readonly directory: Directory;
  readonly masterKeys: MasterKeys;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly position: PositionSource;
  readonly recent: RecentEvents;
  /** Resolves when the sockets that are reading can take more. */
  readonly relief: () => Promise<void> | undefined;
  readonly onQuery: NonNullable<DatabaseOptions['onQuery']>;
  readonly tracer: Tracer;
  /** To the sockets of this node alone. */
  readonly deliver: (events: readonly Outgoing[]) => void;
}

export interface Rooms {
  readonly handlers: readonly Handler[];
  readonly writer: BatchWriter;
  readonly replay: ReplayDeps;
  readonly calls: CallsRoom;
  readonly presence: PresenceWatch;
  close(): Promise<void>;
}

const cachedKeys = 50_000;
const presenceSteps = { exact: 0, recently: 1, off: 2 };
const maxQueuedSends = 10_000;
const snapshotsAtOnce = 4;

/** Furnishes the domain rooms: which handler gets what. */
export function openRooms(options: RoomsOptions): Rooms {
  const { config, db, bus, masterKeys, metrics, logger } = options;
  const keys = createConversationKeys({ masterKeys, cacheSize: cachedKeys });
  const messages = createMessageReader({
    keys,
    onBroken: (messageId) => {
      metrics.sealFailures.inc();
      logger.error({ messageId }, 'a stored message does not open');
    },
  });
  const conversations = createConversationReader({ messages });
  const replies = createFirstReplies(masterKeys);
  const writer = openWriter(options, keys);
  const receipts = new ReceiptWriter({ db, bus });
  const change = { db, bus, replies, keys, messages };
  const typists = createTypists({ db, bus, cacheSize: 10_000 });
  const calls = openCalls({
    ...change,
    connect: () => writerConnection(options),
    rules: config.calls,
    ice: config.calls,
    deliver: options.deliver,
    onChanged: callObserver(metrics),
    onSignal: () => metrics.callSignals.inc(),
    onError: (error) => logger.warn({ error }, 'a call could not be looked after; trying again'),
  });
  const replay: ReplayDeps = {
    ...{ db, messages, conversations, recent: options.recent },
    catchUp: createCatchUp({ db }),
    view: createReadView(db, conversations),
    callFrames: (userId, since) => calls.framesSince(userId, since),
    snapshotTurns: createTurns(snapshotsAtOnce),
  };
  const presence = openPresence(options);
  const handlers = [
    ...conversationHandlers({
      ...change,
      conversations,
      options: { groupMaxMembers: config.groups.maxMembers },
    }),
    ...messageHandlers({
      ...change,
      options: {
        messageMaxLength: config.messages.maxCodePoints,
        messageEditWindowHours: config.messages.editWindowHours,
        messageRecallWindowHours: config.messages.recallWindowHours,
      },
    }),
    sendMessage({
      writer,
      maxCodePoints: config.messages.maxCodePoints,
      acknowledged: createAcknowledged({ db, messages }),
    }),
    ...receiptHandlers({ receipts }),
    ...typingHandlers({ bus, typists }),
    ...calls.handlers,
    subscribePresence(presence),
    listEvents({ ...replay, position: options.position }),
    authenticateSession(),
    resumeSession(),
  ] as unknown as readonly Handler[];
  return {
    handlers,
    writer,
    replay,
    calls,
    presence,
    async close() {
      await calls.close();
      await writer.close();
      await receipts.close();
      await presence.close();
    },
  };
}

function openPresence({ db, bus, directory, metrics, logger }: RoomsOptions): PresenceWatch {
  const presence = new PresenceWatch({
    db,
    bus,
    directory,
    onDetail: (detail, watched) => {
      metrics.presenceWatched.set(watched);
      metrics.presenceDetail.set(presenceSteps[detail]);
    },
    onSent: (frames) => metrics.presenceFrames.inc(frames),
    onError: (error) => logger.warn({ error }, 'presence could not be stored or looked up'),
  });
  presence.start();
  return presence;
}

function writerConnection({ config, databaseUrl, onQuery }: RoomsOptions): PipelineConnection {
  const { poolTimeoutMs } = config.database;
  return pipelineConnection({ connectionString: databaseUrl, poolTimeoutMs, onQuery });
}

function openWriter(
  options: RoomsOptions,
  keys: ReturnType<typeof createConversationKeys>,
): BatchWriter {
  const { config, databaseUrl, onQuery, db, bus, metrics, relief, tracer } = options;
  const step = Math.max(1, Math.floor(config.socket.messageBufferFrames / 2));
  return new BatchWriter({
    lanes: config.messages.lanes,
    connect: () => {
      const { poolTimeoutMs } = config.database;
      const to = { connectionString: databaseUrl, poolTimeoutMs, onQuery };
      return exchangeConnection({ ...to, statements: batchStatements });
    },
    db,
    keys,
    batchSize: config.messages.batchSize,
    maxQueued: maxQueuedSends,
    onBatch: (size) => metrics.messageBatchSize.observe(size),
    tracer,
    publish: (outgoing) => {
      metrics.messagesAccepted.inc(outgoing.length);
      const span = tracer.enabled
        ? tracer.start('publish', { events: outgoing.length })
        : undefined;
      const room = publishInSteps(bus, outgoing, step, relief);
      span?.end();
      return room;
    },
  });
}

/** No more at once than half of what a socket may have waiting. */
function publishInSteps(
  bus: Bus,
  outgoing: readonly DurableOutgoing[],
  step: number,
  relief: () => Promise<void> | undefined,
): Promise<void> | undefined {
  if (outgoing.length <= step) {
    bus.publish(outgoing);
    return relief();
  }
  return (async () => {
    for (let first = 0; first < outgoing.length; first += step) {
      bus.publish(outgoing.slice(first, first + step));
      await relief();
    }
  })();
}
