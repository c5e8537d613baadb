import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { masterKeyId, readMasterKeys } from './master-keys.ts';

const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('readMasterKeys', () => {
  test('knows the current and the previous keys by a short id', async () => {
    const [current, previous] = [randomBytes(32), randomBytes(32)];
    const keys = await readMasterKeys({ currentB64: b64(current), previousB64: [b64(previous)] });
    expect(keys.currentId).toBe(masterKeyId(current));
    expect(keys.currentId).toMatch(/^[0-9a-f]{16}$/);
    expect([...keys.byId.keys()]).toEqual([masterKeyId(current), masterKeyId(previous)]);
  });

  test.each([
    ['not base64', 'not base64!', 'is not base64'],
    ['too short', b64(randomBytes(31)), 'is 31 bytes long'],
    ['too long', b64(randomBytes(33)), 'is 33 bytes long'],
    ['empty', '', 'is 0 bytes long'],
    ['a placeholder of zeros', b64(Buffer.alloc(32)), 'is all zeros'],
    ['url-safe letters', '_'.repeat(43), 'is not base64'],
  ])('refuses a key that is %s, without echoing it', async (_name, value, words) => {
    const good = b64(randomBytes(32));
    const asCurrent = readMasterKeys({ currentB64: value, previousB64: [] });
    await expect(asCurrent).rejects.toThrow(`SECRETBOX_KEY_B64 ${words}`);
    const asPrevious = readMasterKeys({ currentB64: good, previousB64: [good, value] });
    await expect(asPrevious).rejects.toThrow(`entry 2 of SECRETBOX_PREVIOUS_KEYS_B64 ${words}`);
    if (value !== '') {
      await expect(asPrevious).rejects.toSatisfy(
        (error) => error instanceof Error && !error.message.includes(value),
      );
    }
  });
});
