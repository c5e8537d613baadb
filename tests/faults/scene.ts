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
}

const smallGroup = 10;
const largeGroup = 50;
const attemptsAtOnce = 8;

export async function createScene(
  url: string,
  privateKeyPem: string,
  { seed, clients }: { readonly seed: number; readonly clients: number },
): Promise<Scene> {
  const userIds = Array.from({ length: clients }, (_, index) => userIdOf(`${seed}/${index}`));
  const circles = circlesOf(clients);
  const conversations: SceneConversation[] = [];
  for (let first = 0; first < circles.length; first += attemptsAtOnce) {
    const made = circles.slice(first, first + attemptsAtOnce).map(async (members) => {
      const [owner = '', ...others] = members.map((index) => userIds[index] ?? '');
      const answer = await fetch(`${url}/api/v1/conversations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${signToken(privateKeyPem, owner)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          kind: members.length === 2 ? 'direct' : 'group',
          memberIds: others,
        }),
      });
      if (!answer.ok) throw new Error(`no conversation was created: ${await answer.text()}`);
      const { id } = (await answer.json()) as { id: string };
      return { id, members };
    });
    conversations.push(...(await Promise.all(made)));
  }
  return { userIds, conversations };
}

function circlesOf(clients: number): number[][] {
  const all = Array.from({ length: clients }, (_, index) => index);
  const circles = clients > 2 ? all.map((index) => [index, (index + 1) % clients]) : [[0, 1]];
  for (let first = 0; first + 3 <= clients; first += smallGroup) {
    circles.push(all.slice(first, first + smallGroup));
  }
  if (clients > smallGroup) {
    const step = Math.max(1, Math.floor(clients / largeGroup));
    circles.push(all.filter((index) => index % step === 0).slice(0, largeGroup));
  }
  return circles.filter((circle) => circle.length >= 2);
}
