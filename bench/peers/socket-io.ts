// What a team writes by hand: Socket.IO, rooms, and one transaction for each message that bumps
// the conversation's counter and inserts the row.
import { randomUUID } from 'node:crypto';
import { Server } from 'socket.io';
import { openDatabase } from './database.ts';
import type { CreateRequest, SendRequest } from './requests.ts';
import { newServer, serve } from './serve.ts';

const connections = 10;

const database = await openDatabase({ connections });
const http = newServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });

async function createConversation(userIds: readonly string[]): Promise<{ id: string }> {
  const id = randomUUID();
  await database.pool.query('insert into conversations (id) values ($1)', [id]);
  await database.pool.query(
    'insert into members (conversation_id, user_id) select $1, unnest($2::uuid[])',
    [id, userIds],
  );
  for (const userId of userIds) io.in(`user:${userId}`).socketsJoin(id);
  return { id };
}

async function storeMessage(senderId: string, request: SendRequest): Promise<object> {
  const { conversationId, id, text } = request;
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const bumped = await client.query({
      name: 'bump',
      text: `update conversations set last_seq = last_seq + 1, updated_at = now()
             where id = $1 and exists (
               select from members where conversation_id = $1 and user_id = $2)
             returning last_seq`,
      values: [conversationId, senderId],
    });
    const seq = Number((bumped.rows[0] as { last_seq: string }).last_seq);
    const inserted = await client.query({
      name: 'insert',
      text: `insert into messages (conversation_id, id, seq, sender_id, body)
             values ($1, $2, $3, $4, $5) returning created_at`,
      values: [conversationId, id, seq, senderId, text],
    });
    await client.query('commit');
    const { created_at: createdAt } = inserted.rows[0] as { created_at: Date };
    return { id, conversationId, seq, senderId, kind: 'text', text, version: 1, createdAt };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

io.on('connection', (socket) => {
  const userId = String(socket.handshake.auth.token);
  void socket.join(`user:${userId}`);
  socket.on(
    'conversation.create',
    (request: CreateRequest, acknowledge: (body: object) => void) => {
      createConversation([userId, ...request.memberIds]).then(acknowledge, (error) =>
        acknowledge({ error: String(error) }),
      );
    },
  );
  socket.on('message.send', (request: SendRequest, acknowledge: (body: object) => void) => {
    storeMessage(userId, request).then(
      (message) => {
        io.to(request.conversationId).emit('message.created', message);
        acknowledge(message);
      },
      (error) => acknowledge({ error: String(error) }),
    );
  });
});

await serve(http, async () => {
  await io.close();
  await database.close();
});
