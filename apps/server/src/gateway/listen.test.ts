import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Listening, listen } from './listen.ts';

const host = '127.0.0.1';
const opened: Listening[] = [];
afterEach(async () => {
  for (const listening of opened.splice(0)) await listening.close();
});

async function open(port = 0): Promise<Listening> {
  const listening = await listen(host, port);
  opened.push(listening);
  return listening;
}

test('every request is answered, whichever socket accepted it, and by 503 at first', async () => {
  const listening = await open();
  const statuses = async () => {
    const asked = Array.from({ length: 100 }, () => fetch(`http://${host}:${listening.port}/`));
    const answers = await Promise.all(asked);
    return new Set(answers.map(({ status }) => status));
  };
  expect(await statuses()).toEqual(new Set([503]));
  listening.answerWith((_request, response) => response.end());
  expect(await statuses()).toEqual(new Set([200]));
});

test('a port that is another’s is refused, also where the other is one of ours', async () => {
  const { port } = await open();
  await expect(open(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const foreign = net.createServer().listen(0, host);
  await once(foreign, 'listening');
  const taken = (foreign.address() as net.AddressInfo).port;
  await expect(open(taken)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  foreign.close();
});

test('once it is closed nobody listens, and the port can be had again', async () => {
  const first = await open();
  await first.close();
  const socket = net.connect(first.port, host);
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  await open(first.port);
});

test('a crowd is let in many at a time', async () => {
  const crowd = 256;
  const listening = await open();
  let accepted = 0;
  listening.server.on('connection', () => accepted++);
  const sockets = Array.from({ length: crowd }, () => net.connect(listening.port, host));
  let turns = 0;
  while (accepted < crowd) {
    await new Promise(setImmediate);
    turns++;
  }
  expect(turns).toBeLessThan(crowd / 4);
  for (const socket of sockets) socket.destroy();
});
