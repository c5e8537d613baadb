import { createNovaClient, type NovaClient } from '@nova/client';

type Line = readonly [who: Name, text: string];
type Name = (typeof names)[number];

const names = [
  'Ana Ruiz',
  'Bob Miller',
  'Chidi Okafor',
  'Dana Weiss',
  'Emil Novak',
  'Fatima Noor',
] as const;

const crew: readonly Line[] = [
  ['Chidi Okafor', 'Morning! Staging has been green since six.'],
  ['Dana Weiss', 'Load test finished overnight: 20,000 sockets, nothing lost, nothing twice.'],
  ['Dana Weiss', 'p99 stayed under 20 ms, even while we pulled the plug on a node 🔌'],
  ['Ana Ruiz', 'That is exactly what I wanted to read with my first coffee ☕'],
  ['Chidi Okafor', 'I wrote the runbook: https://wiki.example.org/launch/runbook'],
  ['Ana Ruiz', 'Reading it now. Who is on call tonight?'],
  ['Emil Novak', 'I am, from eight. Bob takes over at midnight.'],
  ['Bob Miller', 'Confirmed. I have the pager and too much tea.'],
  ['Ana Ruiz', 'Then we launch at ten. Thank you all!'],
  ['Chidi Okafor', 'Pictures are up in the press folder, by the way.'],
];

const withBob: readonly Line[] = [
  ['Bob Miller', 'Lunch before the launch?'],
  ['Ana Ruiz', 'Yes please. The noodle place at half past twelve?'],
  ['Bob Miller', 'Perfect, I will get us a table by the window.'],
  ['Ana Ruiz', 'You are the best'],
  ['Bob Miller', 'See you there 🍜'],
];

/**
 * A morning at work, for pictures: several people, some conversations, some of them unread. The
 * others stay online until the returned function is called.
 */
export async function fillInbox(origin: string): Promise<() => void> {
  const clients = new Map<Name, NovaClient>();
  for (const name of names) clients.set(name, await connect(origin, name));
  const ids = (...wanted: readonly Name[]): string[] =>
    wanted.map((name) => clients.get(name)?.userId ?? '');
  const tell = async (conversationId: string, lines: readonly Line[]): Promise<string[]> => {
    const sent: string[] = [];
    for (const [who, text] of lines) {
      sent.push((await clients.get(who)?.send(conversationId, text))?.id ?? '');
    }
    return sent;
  };
  const ana = clients.get('Ana Ruiz');
  const dana = clients.get('Dana Weiss');
  if (ana === undefined || dana === undefined) throw new Error('Ana and Dana are missing');

  const emil = await ana.conversations.createDirect(ids('Emil Novak')[0] ?? '');
  await tell(emil.id, [
    ['Ana Ruiz', 'Could you look over the dashboard before tonight?'],
    ['Emil Novak', 'Done. One panel had the wrong unit, all fixed.'],
  ]);
  const fatima = await ana.conversations.createDirect(ids('Fatima Noor')[0] ?? '');
  await tell(fatima.id, [
    ['Fatima Noor', 'The invoice is on its way.'],
    ['Fatima Noor', 'And the contract needs your signature.'],
  ]);
  const bob = await ana.conversations.createDirect(ids('Bob Miller')[0] ?? '');
  await tell(bob.id, withBob);
  const hiking = await dana.conversations.createGroup(ids('Ana Ruiz', 'Bob Miller'), {
    title: 'Saturday hike',
  });
  await tell(hiking.id, [
    ['Dana Weiss', 'Forecast says sun all day.'],
    ['Bob Miller', 'I bring sandwiches, who brings the map?'],
    ['Dana Weiss', 'Train leaves at 8:12 from platform 4'],
  ]);
  const launch = await ana.conversations.createGroup(
    ids('Bob Miller', 'Chidi Okafor', 'Dana Weiss', 'Emil Novak'),
    { title: 'Launch crew' },
  );
  await launch.setRole(ids('Chidi Okafor')[0] ?? '', 'admin');
  const sent = await tell(launch.id, crew);
  const react = async (who: Name, line: number, emoji: string): Promise<void> => {
    const live = await clients.get(who)?.conversations.load(launch.id);
    await live?.react(sent[line] ?? '', emoji);
  };
  await react('Ana Ruiz', 1, '🎉');
  await react('Bob Miller', 1, '🎉');
  await react('Chidi Okafor', 1, '🚀');
  await react('Dana Weiss', 8, '❤️');
  await react('Emil Novak', 8, '❤️');
  for (const conversation of [emil, bob, launch]) conversation.markRead();
  for (const [name, client] of clients) {
    if (name !== 'Ana Ruiz')
      (await client.conversations.load(launch.id).catch(() => null))?.markRead();
  }
  await ana.send(launch.id, 'Lovely, sending them out now.');
  await clients.get('Dana Weiss')?.send(hiking.id, 'Do not be late 😉');
  for (const name of ['Ana Ruiz', 'Fatima Noor', 'Emil Novak'] as const) clients.get(name)?.close();
  return () => {
    for (const client of clients.values()) client.close();
  };
}

/** Somebody without a window, for what would take long to type. */
export async function connect(origin: string, name: string): Promise<NovaClient> {
  const nova = createNovaClient({
    url: origin,
    token: async () => {
      const response = await fetch(`${origin}/dev/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      return ((await response.json()) as { token: string }).token;
    },
  });
  nova.start();
  await nova.ready();
  return nova;
}
