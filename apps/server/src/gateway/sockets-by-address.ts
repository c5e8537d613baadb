import type { Duplex } from 'node:stream';

/** How many sockets each address has open here, identified or not. */
export class SocketsByAddress {
  readonly #counts = new Map<string, number>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  full(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= this.#max;
  }

  add(address: string, socket: Duplex): void {
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    socket.once('close', () => {
      const left = (this.#counts.get(address) ?? 1) - 1;
      if (left === 0) this.#counts.delete(address);
      else this.#counts.set(address, left);
    });
  }
}
