import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { FrameReader, type FrameSink, opcodes } from './frame-reader.ts';
import { clientFrame } from './frame-writer.ts';

/** Where and how to shake hands. */
export interface Upgrade {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The source address: each 127.0.0.x has its own range of ports. */
  readonly localAddress: string;
}

export interface RawSocketEvents {
  /** The server agreed to speak WebSocket. */
  readonly opened: () => void;
  readonly text: (bytes: Buffer, start: number, end: number) => void;
  /** The socket ended; `reason` names the close code where there was one. */
  readonly closed: (reason: string) => void;
}

const headEnd = Buffer.from('\r\n\r\n');
const headBytesMax = 16_384;

// Reads are handled before the next one begins, so one buffer serves every socket.
const readBuffer = Buffer.allocUnsafeSlow(262_144);

/** A WebSocket client that does no more than a load generator needs. */
export class RawSocket {
  readonly #tcp: net.Socket;
  readonly #frames: FrameReader;
  readonly #opened: () => void;
  #head: Buffer | undefined = Buffer.alloc(0);
  #closeReason = '';

  constructor(upgrade: Upgrade, events: RawSocketEvents) {
    this.#opened = events.opened;
    this.#frames = new FrameReader(this.#frameSink(events));
    this.#tcp = net.connect({
      host: '127.0.0.1',
      port: upgrade.port,
      localAddress: upgrade.localAddress,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (size, bytes) => this.#read(size, bytes) },
    });
    this.#tcp.on('error', (error) => {
      this.#closeReason ||= error.message;
    });
    this.#tcp.on('end', () => this.#tcp.end());
    this.#tcp.on('close', () => events.closed(this.#closeReason || 'connection ended'));
    this.#tcp.write(upgradeRequest(upgrade));
  }

  write(frame: Buffer): void {
    this.#tcp.write(frame);
  }

  /** Breaks the connection without a word; `closed` is not called. */
  cut(): void {
    this.#tcp.removeAllListeners('close');
    this.#tcp.resetAndDestroy();
  }

  /** Frames written until `uncork` leave together. */
  cork(): void {
    this.#tcp.cork();
  }

  uncork(): void {
    this.#tcp.uncork();
  }

  #read(size: number, bytes: Uint8Array): boolean {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, size);
    try {
      if (this.#head === undefined) this.#frames.push(chunk);
      else this.#readHead(Buffer.concat([this.#head, chunk]));
    } catch (error) {
      this.#tcp.destroy(error as Error);
    }
    return true;
  }

  #readHead(head: Buffer): void {
    const at = head.indexOf(headEnd);
    if (at < 0 && head.length < headBytesMax) {
      this.#head = head;
      return;
    }
    const status = head.subarray(0, head.indexOf('\r\n')).toString('latin1');
    if (!status.startsWith('HTTP/1.1 101')) throw new Error(`upgrade refused: ${status}`);
    this.#head = undefined;
    this.#opened();
    this.#frames.push(head.subarray(at + headEnd.length));
  }

  #frameSink(events: RawSocketEvents): FrameSink {
    return (opcode, bytes, start, end) => {
      if (opcode === opcodes.text) events.text(bytes, start, end);
      else if (opcode === opcodes.ping) {
        this.write(clientFrame(Buffer.from(bytes.subarray(start, end)), opcodes.pong));
      } else if (opcode === opcodes.close) {
        const code = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
        this.#closeReason = `closed with ${code} ${bytes.toString('utf8', start + 2, end)}`;
      } else if (opcode !== opcodes.pong) throw new Error(`unexpected opcode ${opcode}`);
    };
  }
}

function upgradeRequest(upgrade: Upgrade): string {
  const headers = {
    Host: `127.0.0.1:${upgrade.port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...upgrade.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `GET ${upgrade.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
