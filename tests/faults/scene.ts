/** Who talks with whom: direct conversations in a ring, small groups and a large one. */
import { signToken, userIdOf } from './tokens.ts';

export interface Scene {
  readonly userIds: readonly string[];
  readonly conversations: readonly SceneConversation[];
}

export interface SceneConversation {
  readonly id: string;
  /** Indexes into `userIds`; the first created it. */
  readonly members: readonly number[];
  /** How often it is spoken in, compared with the others. */
  readonly weight: number;
}

export interface SceneOptions {
  readonly seed: number;
  readonly clients: number;
  /** Members of a group of clients and, if they are fewer, users who never connect; 0: no group. */
  readonly everybody?: number;
}

const smallGroup = 10;
const largeGroup = 50;
const attemptsAtOnce = 8;

export async function createScene(
  url: string,
  privateKeyPem: string,
  { seed, clients, everybody = 0 }: SceneOptions,
): Promise<Scene> {
  const userIds = Array.from({ length: clients }, (_, index) => userIdOf(`${seed}/${index}`));
  const strangers = Array.from({ length: Math.max(0, everybody - clients) }, (_, index) =>
    userIdOf(`${seed}/stranger/${index}`),
  );
  const circles = circlesOf(clients, everybody);
  const conversations: SceneConversation[] = [];
  for (let first = 0; first < circles.length; first += attemptsAtOnce) {
    const made = circles
      .slice(first, first + attemptsAtOnce)
      .map(async ({ members, weight, open }) => {
        const [owner = '', ...others] = members.map((index) => userIds[index] ?? '');
        const answer = await fetch(`${url}/api/v1/conversations`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${signToken(privateKeyPem, owner)}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({
            kind: members.length === 2 && !open ? 'direct' : 'group',
            memberIds: open ? [...others, ...strangers] : others,
          }),
        });
        if (!answer.ok) throw new Error(`no conversation was created: ${await answer.text()}`);
        const { id } = (await answer.json()) as { id: string };
        return { id, members, weight };
      });
    conversations.push(...(await Promise.all(made)));
  }
  return { userIds, conversations };
}

interface Circle {
  readonly members: readonly number[];
  readonly weight: number;
  /** Strangers, who never connect, are members too. */
  readonly open: boolean;
}

/** What is said to all reaches everybody: a few of them make most of the traffic. */
const weightOfAll = 0.15;

function circlesOf(clients: number, everybody: number): Circle[] {
  const all = Array.from({ length: clients }, (_, index) => index);
  const circles = clients > 2 ? all.map((index) => [index, (index + 1) % clients]) : [[0, 1]];
  for (let first = 0; first + 3 <= clients; first += smallGroup) {
    circles.push(all.slice(first, first + smallGroup));
  }
  if (clients > smallGroup) {
    const step = Math.max(1, Math.floor(clients / largeGroup));
    circles.push(all.filter((index) => index % step === 0).slice(0, largeGroup));
  }
  const closed = circles.filter((circle) => circle.length >= 2);
  return [
    ...closed.map((members) => ({ members, weight: 1, open: false })),
    ...(everybody > 0
      ? [{ members: all.slice(0, everybody), weight: weightOfAll, open: true }]
      : []),
  ];
}
