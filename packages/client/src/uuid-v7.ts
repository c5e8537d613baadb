const poolBytes = 4096;

/**
 * Makes UUIDv7 (RFC 9562 §5.7) that only ever grow: within a millisecond the 12 bits after the
 * version count up (method 1 of §6.2), and a clock set back is not followed.
 */
export function createUuidV7(now: () => number): () => string {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  let lastMs = 0;
  let counter = 0;

  return () => {
    if (used + 10 > poolBytes) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + 10);
    used += 10;
    const nowMs = now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The top bit stays free so that a millisecond has room for at least 2,048 ids.
      counter = (((random[0] ?? 0) & 0x07) << 8) | (random[1] ?? 0);
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const variant = ((random[2] ?? 0) & 0x3f) | 0x80;
    let tail = '';
    for (let index = 3; index < 10; index += 1) tail += hex(random[index] ?? 0);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${hex(variant)}${tail.slice(0, 2)}-${tail.slice(2)}`;
  };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
