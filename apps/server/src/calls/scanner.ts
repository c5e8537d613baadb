/** Acts on what is due: any node on any call, so a call outlives the node it began on. */
import { detach } from './acts.ts';
import type { CallDeps } from './call-deps.ts';
import { type Act, changeCall, changeCallIfFree } from './change-call.ts';
import { passTime } from './deadlines.ts';
import type { LegSockets } from './leg-sockets.ts';
import { beatNode, desertedLegs, dueCalls, forgetNode, sweepNodes } from './node-store.ts';
import { OwnBeats, silentMs } from './own-beats.ts';

export interface ScannerOptions extends CallDeps {
  readonly sockets: LegSockets;
  readonly onError: (error: unknown) => void;
  readonly intervalMs: number;
}

/** Calls looked at in one turn; the next turn follows at once while there are more. */
const batch = 200;
const beatEvery = 5;

export class Scanner {
  readonly #options: ScannerOptions;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #turns = 0;
  readonly #beats = new OwnBeats();
  #closed = false;

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#beat();
    this.#later();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    // The sockets of this node are closed by now: what is left says so at once.
    await forgetNode(this.#options.db, this.#options.nodeId).catch(this.#options.onError);
  }

  /** Does everything that is due now; with `youngerMs` only to calls begun since. */
  async scan(youngerMs?: number): Promise<void> {
    const { db, clock } = this.#options;
    for (let more = true; more && !this.#closed; ) {
      const due = await dueCalls(db, clock?.(), batch, youngerMs);
      const moved = await Promise.all(due.map((callId) => this.#passTime(callId)));
      more = due.length === batch && moved.includes(true);
    }
  }

  /** Takes the sockets of nodes that are gone off their legs. */
  async scanNodes(): Promise<void> {
    await sweepNodes(this.#options.db);
    for (const { callId, nodeId, seenMs } of await desertedLegs(
      this.#options.db,
      silentMs,
      batch,
    )) {
      await changeCall(this.#options, callId, null, (call, nowMs) =>
        detach(call, ({ socket }) =>
          socket?.nodeId === nodeId ? Math.min(seenMs ?? nowMs, nowMs) : undefined,
        ),
      );
    }
  }

  async #passTime(callId: string): Promise<boolean> {
    try {
      const { rules } = this.#options;
      const act: Act = (call, nowMs) => passTime(call, rules, nowMs);
      return (await changeCallIfFree(this.#options, callId, act)) !== undefined;
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }

  #later(): void {
    if (this.#closed) return;
    const { intervalMs } = this.#options;
    // Nodes must not all look at the same moment.
    const delayMs = intervalMs * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#turn = this.#run().then(() => this.#later());
    }, delayMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    try {
      await this.#options.sockets.settleAll();
      const nowMs = Date.now();
      const settled = this.#beats.maySettle(nowMs);
      await this.scan(settled ? undefined : this.#beats.unbrokenMs(nowMs));
      if (++this.#turns % beatEvery === 0) {
        await this.#beat();
        if (settled) await this.scanNodes();
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async #beat(): Promise<void> {
    await beatNode(this.#options.db, this.#options.nodeId);
    this.#beats.beaten(Date.now());
  }
}
