// libsodium's own memory, written and read in place. The wrapper's secretbox functions allocate and
// copy four times per call, which costs three to four times what the cipher itself does.
import sodium from 'libsodium-wrappers';

interface Sodium {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _crypto_secretbox_easy(
    box: number,
    message: number,
    messageBytes: number,
    messageBytesHigh: number,
    nonce: number,
    key: number,
  ): number;
  _crypto_secretbox_open_easy(
    message: number,
    box: number,
    boxBytes: number,
    boxBytesHigh: number,
    nonce: number,
    key: number,
  ): number;
}

function isSodium(value: unknown): value is Sodium {
  return (
    typeof value === 'object' &&
    value !== null &&
    'HEAPU8' in value &&
    value.HEAPU8 instanceof Uint8Array &&
    ['_malloc', '_free', '_crypto_secretbox_easy', '_crypto_secretbox_open_easy'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  );
}

export const boxOverheadBytes = 16;
export const nonceBytes = 24;
export const keyBytes = 32;
const initialBytes = 256 * 1024;
const maxBytes = 64 * 1024 * 1024;

/** One region for a message and its box, which overlap: libsodium seals and opens in place. */
export interface SodiumMemory {
  /** Makes room for a message of so many bytes; the addresses below may change with it. */
  reserve(messageBytes: number): void;
  /** The memory as it is now: never kept across calls, growth replaces it. */
  readonly bytes: Buffer;
  readonly keyAt: number;
  readonly nonceAt: number;
  readonly boxAt: number;
  readonly messageAt: number;
  /** Message at `messageAt` becomes the box (tag, ciphertext) at `boxAt`. */
  seal(messageBytes: number): void;
  /** The box at `boxAt` becomes the message at `messageAt`; false when it is not of this key. */
  open(boxBytes: number): boolean;
}

export async function openSodiumMemory(): Promise<SodiumMemory> {
  await sodium.ready;
  const loaded: unknown = Reflect.get(sodium, 'libsodium');
  if (!isSodium(loaded)) throw new Error('libsodium-wrappers does not expose libsodium');
  const library = loaded;

  const allocate = (size: number): number => {
    const address = library._malloc(size);
    if (address === 0) throw new RangeError(`libsodium has no ${size} bytes left`);
    return address;
  };
  const keyAt = allocate(keyBytes);
  const nonceAt = allocate(nonceBytes);
  let capacity = initialBytes;
  let boxAt = allocate(capacity + boxOverheadBytes);
  let view = Buffer.from(library.HEAPU8.buffer);

  return {
    keyAt,
    nonceAt,
    get boxAt() {
      return boxAt;
    },
    get messageAt() {
      return boxAt + boxOverheadBytes;
    },
    get bytes() {
      // A grown memory detaches the old view, which then is empty.
      if (view.length === 0) view = Buffer.from(library.HEAPU8.buffer);
      return view;
    },
    reserve(messageBytes) {
      if (messageBytes <= capacity) return;
      if (messageBytes > maxBytes)
        throw new RangeError(`${messageBytes} bytes are too many to seal`);
      library._free(boxAt);
      capacity = Math.min(maxBytes, 2 ** Math.ceil(Math.log2(messageBytes)));
      boxAt = allocate(capacity + boxOverheadBytes);
    },
    seal(messageBytes) {
      const box = boxAt;
      const message = box + boxOverheadBytes;
      if (library._crypto_secretbox_easy(box, message, messageBytes, 0, nonceAt, keyAt) !== 0) {
        throw new Error('libsodium refused to seal');
      }
    },
    open(boxBytes) {
      const box = boxAt;
      const message = box + boxOverheadBytes;
      return library._crypto_secretbox_open_easy(message, box, boxBytes, 0, nonceAt, keyAt) === 0;
    },
  };
}
