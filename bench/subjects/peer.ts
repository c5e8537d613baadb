import { fileURLToPath } from 'node:url';
import type { DialectName } from '../generator/dialects/index.ts';
import { temporaryDirectory } from '../measure/temporary-directory.ts';
import { ensureInstallation } from '../peers/ejabberd/installation.ts';
import type { Announcement } from '../peers/serve.ts';
import { Child } from './child.ts';
import type { Subject, SubjectName } from './subject.ts';

type PeerName = Exclude<SubjectName, 'nova'>;

interface Peer {
  readonly file: string;
  readonly dialect: DialectName;
  readonly numbered: boolean;
  /** Makes sure that what it needs beside npm's packages is installed, or says what is missing. */
  readonly prepare?: () => Promise<unknown>;
}

const startTimeoutMs = 60_000;

const peers: Readonly<Record<PeerName, Peer>> = {
  'socket-io': { file: '../peers/socket-io.ts', dialect: 'socketIo', numbered: true },
  'bare-ws': { file: '../peers/bare-ws.ts', dialect: 'nova', numbered: false },
  ejabberd: {
    file: '../peers/ejabberd.ts',
    dialect: 'xmpp',
    numbered: false,
    prepare: ensureInstallation,
  },
  'ws-broadcast': { file: '../ceilings/ws-broadcast.ts', dialect: 'nova', numbered: true },
};

/** Throws the words that say why a peer cannot be measured here. */
export async function preparePeer(name: PeerName): Promise<void> {
  await peers[name].prepare?.();
}

/** Starts a peer or the broadcast loop in a process of its own, with a database of its own. */
export async function startPeer(name: PeerName, cpus: string | undefined): Promise<Subject> {
  const { file, dialect, numbered } = peers[name];
  // Not in its own process, whose start is bounded: to install takes longer.
  await preparePeer(name);
  const directory = await temporaryDirectory();
  const startedAt = performance.now();
  const child = new Child({
    name,
    args: ['--conditions=source', fileURLToPath(new URL(file, import.meta.url))],
    env: { NOVA_DATA_DIR: directory.path },
    cpus,
    ipc: true,
  });
  const close = async () => {
    await child.stop();
    await directory.remove();
  };
  try {
    const announced = await Promise.race([announcement(child), child.died()]);
    const startMs = performance.now() - startedAt;
    const without = { signingKeyPem: undefined, inspectorUrl: undefined };
    return { name, dialect, numbered, ...announced, startMs, child, ...without, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function announcement(child: Child): Promise<Announcement> {
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => reject(new Error('a peer did not start')), startTimeoutMs);
    child.process.once('message', (message: Announcement) => {
      clearTimeout(overdue);
      resolve(message);
    });
  });
}
