import { openDatabase } from '#db/database.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { describeMissing, rotateConversationKeys } from '#sealing/rotate.js';
import { type Command, CommandFailed, exitCodes, parseOptions } from './command.ts';
import { requireConfig } from './require-config.ts';

export const rotateKeys: Command = async (args, io) => {
  parseOptions(args, { texts: [] });
  const { database, sealing } = requireConfig(io);
  if (database.url === undefined) {
    throw new CommandFailed('DATABASE_URL is not set', exitCodes.configuration);
  }
  if (sealing.keyB64 === undefined) {
    throw new CommandFailed('SECRETBOX_KEY_B64 is not set', exitCodes.configuration);
  }
  const masterKeys = await readMasterKeys({
    currentB64: sealing.keyB64,
    previousB64: sealing.previousKeysB64,
  });
  const db = openDatabase({
    connectionString: database.url,
    maxConnections: 1,
    poolTimeoutMs: database.poolTimeoutMs,
    idleTimeoutMs: database.idleTimeoutMs,
  });
  try {
    const result = await rotateConversationKeys({
      db,
      masterKeys,
      onBatch: everyThousand((count) => io.error(`${count} conversations`)),
      ...(io.signal === undefined ? {} : { signal: io.signal }),
    });
    io.out(
      `sealed ${result.resealed} conversation key(s) under master key ${masterKeys.currentId}`,
    );
    for (const missing of result.missing) io.error(describeMissing(missing));
    if (result.broken > 0) {
      io.error(`${result.broken} conversation key(s) do not open: damaged, or of another database`);
    }
    if (result.left > 0) io.error(`${result.left} left: in use all the time; run this again`);
    const complete = result.missing.length + result.broken + result.left === 0;
    return complete ? exitCodes.done : exitCodes.failed;
  } finally {
    await db.close();
  }
};

function everyThousand(tell: (count: number) => void): (count: number) => void {
  let told = 0;
  return (count) => {
    if (count - told < 1_000) return;
    told = count;
    tell(count);
  };
}
