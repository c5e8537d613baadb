import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

const collections = 3;

/** Resident bytes of a process started with `--inspect`, after its garbage is collected. */
export async function residentBytesAfterCollection(
  pid: number,
  inspectorUrl: string,
): Promise<number> {
  const inspector = new WebSocket(inspectorUrl);
  await new Promise((resolve, reject) => {
    inspector.once('open', resolve);
    inspector.once('error', reject);
  });
  try {
    // Weak references and finalizers need more than one round.
    for (let id = 1; id <= collections; id++) await collectGarbage(inspector, id);
  } finally {
    inspector.close();
  }
  return residentBytes(pid);
}

function collectGarbage(inspector: WebSocket, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    inspector.once('close', () => reject(new Error('the inspector went away')));
    inspector.on('message', (message) => {
      if ((JSON.parse(String(message)) as { id?: number }).id === id) resolve();
    });
    inspector.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
  });
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`no resident size for process ${pid}`);
  return Number(kibibytes) * 1_024;
}
