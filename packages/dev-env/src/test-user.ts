import {
  type Conversation,
  type InputOf,
  type Message,
  type OperationByName,
  type OperationName,
  type OutputOf,
  operations,
} from '@nova/protocol';
import { Check } from 'typebox/value';
import { uuidv7 } from 'uuidv7';
import { type HttpAnswer, type HttpRequest, requestOf, sendHttp } from './http-request.ts';
import { TestSocket, type TestSocketOptions } from './test-socket.ts';
import { WireError } from './wire-error.ts';

/** Somebody with a token: over HTTP, and on as many sockets as wanted. */
export class TestUser {
  readonly name: string;
  readonly userId: string;
  readonly token: string;
  readonly sockets: TestSocket[] = [];
  readonly #origin: () => string;

  constructor(name: string, userId: string, token: string, origin: () => string) {
    this.name = name;
    this.userId = userId;
    this.token = token;
    this.#origin = origin;
  }

  /** A new socket, not awaited: `await socket.ready`, or its end. */
  open(options: TestSocketOptions = {}): TestSocket {
    const socket = new TestSocket(this.#origin(), { token: this.token, ...options });
    this.sockets.push(socket);
    return socket;
  }

  /** A new socket that is ready. */
  async socket(options: TestSocketOptions = {}): Promise<TestSocket> {
    const socket = this.open(options);
    await socket.ready;
    return socket;
  }

  /** An operation over HTTP: whatever answer comes. */
  http(
    name: OperationName,
    input: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    return this.fetch(requestOf(name, input, headers));
  }

  /** Any HTTP request with the user's token. */
  fetch(request: HttpRequest): Promise<HttpAnswer> {
    const headers = { Authorization: `Bearer ${this.token}`, ...request.headers };
    return sendHttp(this.#origin(), { ...request, headers });
  }

  /** An operation over HTTP: its reply, held against the contract, or a WireError. */
  async call<Name extends OperationName>(
    name: Name,
    input: InputOf<OperationByName<Name>>,
  ): Promise<OutputOf<OperationByName<Name>>> {
    const { status, body } = await this.http(name, input as Readonly<Record<string, unknown>>);
    if (status >= 400) throw new WireError(name, body);
    if (!Check(operations[name].output, body)) {
      throw new Error(`the answer to ${name} breaks the contract: ${JSON.stringify(body)}`);
    }
    return body as OutputOf<OperationByName<Name>>;
  }

  direct(other: TestUser): Promise<Conversation> {
    return this.call('conversation.create', { kind: 'direct', memberIds: [other.userId] });
  }

  group(others: readonly (TestUser | string)[], title = 'Crew'): Promise<Conversation> {
    const memberIds = others.map((one) => (typeof one === 'string' ? one : one.userId));
    return this.call('conversation.create', { kind: 'group', memberIds, title });
  }

  say(conversationId: string, text: string, id: string = uuidv7()): Promise<Message> {
    return this.call('message.send', { conversationId, id, text });
  }
}
