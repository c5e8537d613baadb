import type { Config } from '#config/config.js';
import type { Queryable } from '#db/database.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { masterKeysInUse } from '#sealing/rotate.js';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const subject = 'master keys';

/** Whether every conversation can be opened with the keys that are configured. */
export async function checkMasterKeys(
  db: Queryable,
  { keyB64, previousKeysB64 }: Config['sealing'],
): Promise<readonly Finding[]> {
  if (keyB64 === undefined) {
    return [fail(subject, 'SECRETBOX_KEY_B64 is not set', 'make one with: nova keys generate')];
  }
  try {
    const keys = await readMasterKeys({ currentB64: keyB64, previousB64: previousKeysB64 });
    const inUse = await masterKeysInUse(db);
    const lost = inUse.filter((id) => !keys.byId.has(id));
    const old = inUse.filter((id) => id !== keys.currentId && keys.byId.has(id));
    if (lost.length > 0) {
      const text = `conversations are sealed with ${lost.join(', ')}, which is not configured`;
      return [fail(subject, text, 'add that key to SECRETBOX_PREVIOUS_KEYS_B64')];
    }
    if (old.length > 0) {
      const text = `conversations are still sealed with ${old.join(', ')}`;
      return [warn(subject, text, 'run: nova keys rotate')];
    }
    return [ok(subject, `current is ${keys.currentId}, nothing needs another`)];
  } catch (error) {
    return [fail(subject, reason(error), 'see the configuration of the key')];
  }
}
