/** Runs clients of the SDK in a process of its own, as the run tells it. */
import fs from 'node:fs';
import path from 'node:path';
import { createNovaClient, type NetworkWatch, type NovaClient, systemClock } from '@nova/client';
import { Absences, longestOf } from './absences.ts';
import { type Chatter, createChatter } from './chatter.ts';
import type {
  CrowdCall,
  CrowdCalls,
  CrowdTask,
  Sendings,
  Sightings,
  TrueConversation,
} from './crowd-words.ts';
import { sumOf } from './lateness.ts';
import { createRandom } from './random.ts';
import { signToken } from './tokens.ts';
import { until } from './until.ts';
import { difference } from './views.ts';
import { webSocketFrom } from './web-socket-from.ts';
import { Witness } from './witness.ts';

interface Player {
  readonly index: number;
  readonly client: NovaClient;
  readonly witness: Witness;
  readonly absences: Absences;
  readonly chatter: Chatter;
  /** The network is back: try to connect now. */
  readonly hurry: () => void;
}

const readyTimeoutMs = 180_000;
const hurryEveryMs = 5_000;
/** Thousands that come in one moment, each for the first time, are another fault than those meant. */
const startTogether = 100;
const keepMessages = 500;
const listedDifferences = 20;

let task: CrowdTask | undefined;
let players: readonly Player[] = [];
const over = new AbortController();
let talking: Promise<unknown> = Promise.resolve();

function createPlayer(given: CrowdTask, { index, entrance }: CrowdTask['players'][number]): Player {
  const { seed, privateKeyPem, pace, scene } = given;
  const userId = scene.userIds[index] ?? '';
  const random = createRandom(seed * 1_000 + index);
  const hurrying = new Set<() => void>();
  const network: NetworkWatch = {
    online: () => true,
    start: ({ found }) => {
      hurrying.add(found);
      return () => hurrying.delete(found);
    },
  };
  const client = createNovaClient({
    url: entrance.url,
    webSocket: webSocketFrom(entrance.localAddress),
    userId,
    token: () => Promise.resolve(signToken(privateKeyPem, userId)),
    clock: { ...systemClock, random: random.next },
    network,
    keepMessages,
  });
  const witness = new Witness(`client ${index}`);
  const absences = new Absences(index, client.connection);
  client.onEvent((event) => witness.see(event));
  const conversations = scene.conversations.filter(({ members }) => members.includes(index));
  const chatter = createChatter({ client, index, conversations, pace, random });
  const hurry = (): void => {
    for (const found of hurrying) found();
  };
  return { index, client, witness, absences, chatter, hurry };
}

/** Often enough to end a run soon, seldom enough to be no storm of their own. */
function hurryOffline(): void {
  for (const player of players) if (!isOnline(player)) player.hurry();
}

const isOnline = ({ client }: Player): boolean => client.connection.getSnapshot().online;

const calls: {
  [Name in CrowdCall]: (input: CrowdCalls[Name]['input']) => Promise<CrowdCalls[Name]['output']>;
} = {
  async open(given) {
    task = given;
    players = given.players.map((player) => createPlayer(given, player));
    for (let first = 0; first < players.length; first += startTogether) {
      const group = players.slice(first, first + startTogether);
      for (const { client } of group) client.start();
      await until(`clients from ${first} on online`, readyTimeoutMs, () =>
        group.every(isOnline) ? true : undefined,
      );
    }
    return null;
  },
  async talk() {
    talking = Promise.all(players.map(({ chatter }) => chatter.talk(over.signal)));
    return null;
  },
  async reckon() {
    for (const { witness } of players) witness.lateness.counts.fill(0);
    return null;
  },
  async rest({ timeoutMs }) {
    over.abort();
    let still = true;
    void talking.finally(() => {
      still = false;
    });
    const hurrying = setInterval(hurryOffline, hurryEveryMs);
    hurryOffline();
    await until('all clients online and nothing under way', timeoutMs, () =>
      !still && players.every(isOnline) ? true : undefined,
    ).finally(() => clearInterval(hurrying));
    const sendings: Sendings = {
      runs: players.flatMap(({ chatter }) => chatter.runs),
      changes: Object.fromEntries(players.flatMap(({ chatter }) => [...chatter.changes])),
      refused: players.flatMap(({ chatter }) => chatter.refused),
    };
    return { file: leave('sendings', sendings) };
  },
  async compare({ file, timeoutMs }) {
    const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const truth = lines.map((line) => JSON.parse(line) as TrueConversation);
    const look = (): string[] => truth.flatMap((conversation) => differencesIn(conversation));
    let differing = look();
    await until('views that agree', timeoutMs, () => {
      if (differing.length === 0) return true;
      differing = look();
      return undefined;
    }).catch(() => undefined);
    for (const { id, messages } of truth) {
      for (const { witness } of membersOf(id)) witness.check(id, messages);
    }
    const witnesses = players.map(({ witness }) => witness);
    const views = truth.reduce((sum, { id }) => sum + membersOf(id).length, 0);
    for (const { client } of players) client.close();
    const sightings: Sightings = {
      lost: witnesses.flatMap((witness) => witness.lost),
      doubled: witnesses.flatMap((witness) => witness.doubled),
      outOfOrder: witnesses.flatMap((witness) => witness.outOfOrder),
      late: witnesses.map(({ lateness }) => lateness.late),
      delays: sumOf(witnesses.map(({ lateness }) => lateness.counts)),
      absences: longestOf(players.flatMap(({ absences }) => absences.longest)),
      viewsDiffering: differing.slice(0, listedDifferences),
      views,
      deliveries: witnesses.reduce((sum, witness) => sum + witness.deliveries, 0),
      snapshots: witnesses.reduce((sum, witness) => sum + witness.snapshots, 0),
    };
    return { file: leave('sightings', sightings) };
  },
};

function membersOf(conversationId: string): readonly Player[] {
  const members = task?.scene.conversations.find(({ id }) => id === conversationId)?.members;
  return players.filter(({ index }) => members?.includes(index));
}

function differencesIn(truth: TrueConversation): string[] {
  return membersOf(truth.id).flatMap(({ index, client }) => {
    const state = client.conversations.get(truth.id)?.state;
    const found = state === undefined ? 'is not known' : difference(state, truth);
    return found === undefined ? [] : [`client ${index}, ${truth.kind} ${truth.id}: ${found}`];
  });
}

function leave(name: string, content: object): string {
  const file = path.join(task?.directory ?? '', `${name}-${process.pid}.json`);
  fs.writeFileSync(file, JSON.stringify(content));
  return file;
}

process.on(
  'message',
  ({ number, name, input }: { number: number; name: CrowdCall; input: unknown }) => {
    const call = calls[name] as (input: unknown) => Promise<unknown>;
    call(input).then(
      (output) => process.send?.({ number, output }),
      (error: unknown) => process.send?.({ number, error: String(error) }),
    );
  },
);
process.once('disconnect', () => process.exit(1));
