import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#config/config.js';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const oldestNode = 24;
const mebibyte = 1024 * 1024;
const diskWarnBytes = 1024 * mebibyte;
const diskFailBytes = 100 * mebibyte;
/** A socket is a file: so many can be open at once. */
const filesWarn = 16_384;
const filesFail = 1_024;

export function checkHost(openFiles: number | undefined = openFileLimit()): readonly Finding[] {
  const findings: Finding[] = [];
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < oldestNode) {
    findings.push(fail('node', `version ${node}`, `use Node ${oldestNode} or later`));
  } else findings.push(ok('node', `version ${node}`));
  if (openFiles === undefined) return findings;
  const text = `at most ${openFiles} (ulimit -n); each socket takes one`;
  const todo = 'raise the limit: ulimit -n, LimitNOFILE, or the container’s';
  if (openFiles < filesFail) findings.push(fail('open files', text, todo));
  else if (openFiles < filesWarn) findings.push(warn('open files', text, todo));
  else findings.push(ok('open files', text));
  return findings;
}

/** Space and rights where the embedded default keeps its database and keys. */
export async function checkDataDir({ database, process }: Config): Promise<readonly Finding[]> {
  if (database.url !== undefined) return [];
  const directory = path.resolve(process.dataDir);
  try {
    const existing = await nearestExisting(directory);
    await access(existing, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    return [spaceFinding(directory, bavail * bsize)];
  } catch (error) {
    return [
      fail('data dir', `${directory}: ${reason(error)}`, 'set NOVA_DATA_DIR to a place of yours'),
    ];
  }
}

export function spaceFinding(directory: string, freeBytes: number): Finding {
  const text = `${directory}: ${Math.floor(freeBytes / mebibyte)} MiB free`;
  const todo = 'make room, or set NOVA_DATA_DIR to another disk';
  if (freeBytes < diskFailBytes) return fail('data dir', text, todo);
  return freeBytes < diskWarnBytes ? warn('data dir', text, todo) : ok('data dir', text);
}

async function nearestExisting(directory: string): Promise<string> {
  const found = await access(directory).then(
    () => true,
    () => false,
  );
  const parent = path.dirname(directory);
  return found || parent === directory ? directory : nearestExisting(parent);
}

/** Of this process, which raises its own limit as far as it may. */
function openFileLimit(): number | undefined {
  // The part on the network would look names up.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as {
    readonly userLimits?: Readonly<Record<string, { readonly soft: number | 'unlimited' }>>;
  };
  const soft = report.userLimits?.open_files?.soft;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}
