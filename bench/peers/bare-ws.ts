// The least that can be called durable: plain `ws`, one prepared insert for each message, a loop
// over the members' sockets. No sequence numbers, no membership check, no idempotency.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { openDatabase } from './database.ts';
import type { CreateRequest, SendRequest } from './requests.ts';
import { newServer, serve } from './serve.ts';

const connections = 10;

const database = await openDatabase({ connections });
const http = newServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const sockets = new Map<string, WebSocket>();
const audiences = new Map<string, readonly string[]>();

async function storeMessage(senderId: string, { conversationId, id, text }: SendRequest) {
  await database.pool.query({
    name: 'insert',
    text: `insert into messages (conversation_id, id, sender_id, body) values ($1, $2, $3, $4)`,
    values: [conversationId, id, senderId, text],
  });
  const createdAt = new Date().toISOString();
  const message = { id, conversationId, senderId, kind: 'text', text, version: 1, createdAt };
  const event = { event: 'message.created', conversationId, at: createdAt, data: message };
  const frame = JSON.stringify(event);
  for (const userId of audiences.get(conversationId) ?? []) sockets.get(userId)?.send(frame);
  return message;
}

async function createConversation(userId: string, { memberIds }: CreateRequest) {
  const id = randomUUID();
  await database.pool.query('insert into conversations (id) values ($1)', [id]);
  audiences.set(id, [userId, ...memberIds]);
  return { id };
}

interface RequestFrame {
  readonly id: number;
  readonly type: string;
  readonly data: unknown;
}

async function answer(socket: WebSocket, userId: string, frame: RequestFrame): Promise<void> {
  try {
    const data =
      frame.type === 'message.send'
        ? await storeMessage(userId, frame.data as SendRequest)
        : await createConversation(userId, frame.data as CreateRequest);
    socket.send(JSON.stringify({ reply: frame.id, data }));
  } catch (error) {
    socket.send(JSON.stringify({ reply: frame.id, error: { message: String(error) } }));
  }
}

server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
  const userId = request.headers.authorization?.replace('Bearer ', '') ?? '';
  sockets.set(userId, socket);
  socket.on('message', (text) => void answer(socket, userId, JSON.parse(String(text))));
  socket.on('close', () => sockets.delete(userId));
  socket.send(JSON.stringify({ event: 'session.ready', data: { userId } }));
});

await serve(http, async () => {
  for (const socket of sockets.values()) socket.terminate();
  server.close();
  await database.close();
});
