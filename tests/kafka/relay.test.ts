import { createTestDatabase, openKeys, sharedKafka, startNova, watchTopic } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { firsts, ownTopics, positionsOf, published, upTo } from './published.ts';

/** conversation.updated */
const knownType = 9;
const patient = { timeout: 20_000 };

test('everything said at once on two nodes comes in order, conversation by conversation', async () => {
  const brokers = await sharedKafka();
  const { events, config } = await ownTopics(brokers);
  const shared = { database: await createTestDatabase(), keys: openKeys(), config };
  await using here = await startNova(shared);
  await using there = await startNova(shared);
  const ana = here.user('ana');
  const bob = there.user('bob');
  const [one, two] = [await ana.group([bob], 'One'), await bob.group([ana], 'Two')];
  const rounds = Array.from({ length: 40 }, (_, round) => round);
  await Promise.all(
    [one, two].flatMap(({ id }) =>
      [ana, bob].map(async (user) => {
        for (const round of rounds) await user.say(id, `${user.name} ${round}`);
      }),
    ),
  );
  await using watch = await watchTopic(brokers, events);
  for (const { id } of [one, two]) {
    await expect.poll(() => positionsOf(watch, id), patient).toEqual(upTo(80));
  }
  const all = published(watch);
  expect(firsts(all)).toHaveLength(all.length);
  expect(new Set(watch.records.map(({ key, partition }) => `${key} ${partition}`)).size).toBe(2);
  expect(await here.metric('kafka_relay_active')).toBe(
    1 - (await there.metric('kafka_relay_active')),
  );
  await expect.poll(() => here.metric('message_queue_length', '{queue="kafka"}'), patient).toBe(0);
});

test.each([false, true])('each kind of change, with what people wrote: %s', async (content) => {
  const brokers = await sharedKafka();
  const { events, config } = await ownTopics(brokers);
  await using nova = await startNova({ config: { ...config, KAFKA_EVENT_CONTENT: `${content}` } });
  const [ana, bob, cleo] = [nova.user('ana'), nova.user('bob'), nova.user('cleo')];
  const { id: conversationId } = await ana.group([bob], 'SECRET crew');
  const message = await ana.say(conversationId, 'SECRET hello');
  const about = { conversationId, messageId: message.id };
  await ana.call('message.edit', { ...about, text: 'SECRET again' });
  await bob.call('message.react', { ...about, emoji: '👍' });
  await bob.call('message.unreact', { ...about, emoji: '👍' });
  await ana.call('member.add', { conversationId, userIds: [cleo.userId] });
  await ana.call('member.setRole', { conversationId, userId: bob.userId, role: 'admin' });
  await ana.call('conversation.update', { conversationId, title: 'SECRET club' });
  const other = await bob.say(conversationId, 'SECRET thing');
  await bob.call('message.delete', { conversationId, messageId: other.id });
  await cleo.call('conversation.leave', { conversationId });
  await using watch = await watchTopic(brokers, events);
  await expect.poll(() => positionsOf(watch, conversationId), patient).toEqual(upTo(10));
  expect(published(watch).map(({ type, data }) => ({ type, data }))).toMatchObject([
    { type: 'conversation.created', data: { kind: 'group', createdBy: ana.userId } },
    { type: 'message.created', data: { messageId: message.id, seq: 1, senderId: ana.userId } },
    { type: 'message.edited', data: { messageId: message.id, seq: 1, version: 2 } },
    { type: 'reaction.added', data: { ...{ messageId: message.id, seq: 1 }, userId: bob.userId } },
    { type: 'reaction.removed', data: { messageId: message.id, userId: bob.userId } },
    { type: 'member.added', data: { userId: cleo.userId, role: 'member', memberCount: 3 } },
    { type: 'member.roleChanged', data: { userId: bob.userId, role: 'admin' } },
    { type: 'conversation.updated', data: { updatedBy: ana.userId } },
    { type: 'message.created', data: { messageId: other.id, seq: 2, senderId: bob.userId } },
    { type: 'message.deleted', data: { messageId: other.id, seq: 2 } },
    { type: 'member.removed', data: { userId: cleo.userId, memberCount: 2 } },
  ]);
  const values = watch.records.map(({ value }) => value).join('\n');
  expect(values.includes('SECRET') || values.includes('👍')).toBe(content);
});

test('a row that a newer release wrote holds the relay, and is relayed in its place', async () => {
  const brokers = await sharedKafka();
  const { events, config } = await ownTopics(brokers);
  await using nova = await startNova({ config });
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  const { id } = await ana.group([bob]);
  await ana.say(id, 'before');
  await using watch = await watchTopic(brokers, events);
  await expect.poll(() => positionsOf(watch, id), patient).toEqual(upTo(1));
  await nova.database.query(
    `with moved as (update conversations set last_pos = last_pos + 1 where id = $1
       returning last_pos)
     insert into log (conversation_id, pos, type, actor_id, data, at)
     select $1, last_pos, 30000, $2, '{}', now() from moved`,
    [id, ana.userId],
  );
  await ana.say(id, 'behind it');
  const held = () => nova.metric('kafka_errors_total', '{doing="newerType"}');
  await expect.poll(held, patient).toBeGreaterThan(0);
  // It gives way to nodes that may know the type.
  await expect.poll(() => nova.metric('kafka_relay_active'), patient).toBe(0);
  expect(positionsOf(watch, id)).toEqual(upTo(1));
  await nova.database.query(
    `update log set type = $1, data = jsonb_build_object('updatedBy', actor_id)
     where type = 30000`,
    [knownType],
  );
  await expect.poll(() => positionsOf(watch, id), patient).toEqual(upTo(3));
});
