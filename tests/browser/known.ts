/** People whom the service knows by their tokens, with a conversation of their own. */
import { type NovaEnv, startNova, type TestUser, until } from '@nova/dev-env';
import { Caller } from './caller.ts';
import { enter, type WindowOptions } from './windows.ts';

/** A node with the web client, configured as the scene wants it. */
export async function startWithWebClient(
  config: Readonly<Record<string, string>> = {},
): Promise<NovaEnv> {
  const env = await startNova({ config: { WEB_CLIENT: 'on', ...config } });
  await until('the page', async () => (await fetch(env.origin)).ok, 60_000);
  return env;
}

/** Two at their windows, each with the conversation open. */
export async function facing(
  env: NovaEnv,
  names: readonly [string, string],
  options: WindowOptions = {},
): Promise<readonly [Caller, Caller]> {
  const [one, other] = [env.user(names[0]), env.user(names[1])];
  await acquaint(one, other);
  const callers = await Promise.all(
    [one, other].map(async (user) => new Caller(await enter(env.origin, user, options))),
  );
  const [first, second] = callers as [Caller, Caller];
  await first.person.open(names[1]);
  await second.person.open(names[0]);
  return [first, second];
}

/** A conversation of two who know each other's names: the service learns them from their tokens. */
export async function acquaint(one: TestUser, other: TestUser): Promise<string> {
  const { id: conversationId } = await one.direct(other);
  for (const user of [one, other]) (await user.socket()).cut();
  await until('the names are known', async () => {
    const { members = [] } = await one.call('conversation.get', { conversationId });
    return members.length === 2 && members.every(({ name }) => name !== undefined);
  });
  return conversationId;
}
