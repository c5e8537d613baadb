import { type NovaEnv, startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';

const minuteMs = 60_000;

/** As if the call had been in this state for so long already. Those due first are looked at first. */
async function age({ database }: NovaEnv, callId: string, moment: string, byMs: number) {
  await database.query(
    `update calls set deadline = now() - interval '1 minute', facts = jsonb_set(
       facts, array[$2], to_jsonb((facts ->> $2)::bigint - $3::bigint)) where id = $1`,
    [callId, moment, byMs],
  );
}

/** Two who talk, in a group so that one of them may be left alone. */
async function talk(nova: NovaEnv) {
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  const { id: conversationId } = await ana.group([bob]);
  const [a, b] = [await ana.socket(), await bob.socket()];
  const { id } = await a.request('call.start', { conversationId, kind: 'audio' });
  await b.request('call.accept', { callId: id });
  for (const socket of [a, b]) {
    await socket.request('call.legState', { callId: id, state: 'connected' });
  }
  const state = () => ana.call('call.get', { callId: id });
  return { id, state, leave: () => b.request('call.leave', { callId: id }) };
}

test.each([1, 2])('VIDEO_CALL_MAX_DURATION_HOURS %d ends what lasts longer', async (hours) => {
  const config = { VIDEO_CALL_MAX_DURATION_HOURS: String(hours) };
  await using nova = await startNova({ config });
  const [within, beyond] = [await talk(nova), await talk(nova)];
  const { startedAt = '', endsAt = '' } = await within.state();
  expect(Date.parse(endsAt) - Date.parse(startedAt)).toBe(hours * 60 * minuteMs);
  await age(nova, within.id, 'startedMs', (hours * 60 - 2) * minuteMs);
  await age(nova, beyond.id, 'startedMs', (hours * 60 + 2) * minuteMs);
  await until('the end', async () => (await beyond.state()).endReason === 'maxDuration');
  expect((await within.state()).state).toBe('active');
});

test.each([1, 3])('VIDEO_CALL_IDLE_TIMEOUT_MINUTES %d: alone for longer', async (minutes) => {
  const config = { VIDEO_CALL_IDLE_TIMEOUT_MINUTES: String(minutes) };
  await using nova = await startNova({ config });
  const [within, beyond] = [await talk(nova), await talk(nova)];
  for (const { leave } of [within, beyond]) await leave();
  await age(nova, within.id, 'aloneSinceMs', (minutes - 0.5) * minuteMs);
  await age(nova, beyond.id, 'aloneSinceMs', (minutes + 0.5) * minuteMs);
  await until('the end', async () => (await beyond.state()).endReason === 'idle');
  expect((await within.state()).state).not.toBe('ended');
});
