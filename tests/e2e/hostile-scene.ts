/** What every scene of hostile input begins with: a node, two people, a fresh socket for each. */

import { type NovaEnv, startNova, type TestSocket, type TestUser } from '@nova/dev-env';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';

export let env: NovaEnv;
export let ana: TestUser;
export let bob: TestUser;
export let socket: TestSocket;
export let conversationId: string;

/** Called at the head of a file. */
export function hostileScene(): void {
  beforeAll(async () => {
    env = await startNova({
      config: {
        WS_MAX_FRAME_SIZE: '262144',
        RATE_LIMIT_SENDS_BURST: '100000',
        SOCKETS_PER_USER: '50',
      },
    });
    [ana, bob] = [env.user('ana'), env.user('bob')];
    ({ id: conversationId } = await ana.direct(bob));
  });
  beforeEach(async () => {
    socket = await ana.socket();
  });
  // Whatever came: the node still serves, and logged no fault of its own.
  afterAll(async () => {
    expect((await env.health()).body.status).toBe('ok');
    expect((await ana.say(conversationId, 'still here')).text).toBe('still here');
    await env[Symbol.asyncDispose]();
  });
}
