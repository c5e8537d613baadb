import { type OperationName, operations } from '@nova/protocol';
import type { ErrorCode } from '@nova/protocol/wire';
import type { Tracer } from '#observe/tracer.js';
import { NovaError } from '../errors.ts';
import { type Decode, decoderOf } from './decode.ts';
import type { Caller, Handler, RateClass } from './handler.ts';
import { type RateLimiter, rateLimited } from './rate-limiter.ts';
import { Rendered } from './rendered.ts';

export interface DispatcherOptions {
  readonly handlers: readonly Handler[];
  readonly limits: Readonly<Record<RateClass, RateLimiter>>;
  readonly onRateLimited?: (rate: RateClass) => void;
  /** `outcome` is `ok` or the code of the error. */
  readonly onAnswered?: (operation: string, outcome: 'ok' | ErrorCode, seconds: number) => void;
  readonly tracer?: Tracer;
  /** Called once for what is a fault of ours, with the request's id. */
  readonly onInternal: (error: unknown, operation: string, caller: Caller) => void;
}

interface Entry {
  readonly handler: Handler;
  readonly decode: Decode;
}

/** decode → limit → run → reply: every request, from a socket or over HTTP, walks through here. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#entries = new Map(
      options.handlers.map((handler) => [
        handler.name,
        { handler, decode: decoderOf(operations[handler.name]) },
      ]),
    );
  }

  has(name: string): name is OperationName {
    return this.#entries.has(name);
  }

  /** The JSON of the reply; throws only NovaError. */
  async run(caller: Caller, name: string, data: unknown): Promise<string> {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new NovaError('invalidRequest', 'type: expected the name of an operation', {
        details: [{ field: 'type', expected: 'the name of an operation' }],
      });
    }
    const started = performance.now();
    const { tracer, onAnswered } = this.#options;
    const span = tracer?.enabled === true ? tracer.start('accept', { operation: name }) : undefined;
    let outcome: 'ok' | ErrorCode = 'ok';
    try {
      const input = entry.decode(data);
      this.#limit(caller, entry.handler.rate);
      const reply = await entry.handler.run(caller, input as never);
      return reply instanceof Rendered ? reply.json : JSON.stringify(reply);
    } catch (error) {
      const known = this.#known(error, name, caller);
      outcome = known.code;
      throw known;
    } finally {
      onAnswered?.(name, outcome, (performance.now() - started) / 1000);
      span?.end(outcome === 'ok' ? undefined : outcome);
    }
  }

  #known(error: unknown, name: string, caller: Caller): NovaError {
    if (error instanceof NovaError) return error;
    this.#options.onInternal(error, name, caller);
    return new NovaError('internal', `the service failed; request ${caller.requestId}`);
  }

  #limit(caller: Caller, rate: RateClass): void {
    const retryAfterMs = this.#options.limits[rate].take(caller.userId);
    if (retryAfterMs === 0) return;
    this.#options.onRateLimited?.(rate);
    throw rateLimited(retryAfterMs);
  }
}
