import { connect } from 'node:net';

const answerMs = 5_000;

/** The brokers of KAFKA_BROKERS, which stand in for one that the tests start. */
export function givenBrokers(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { KAFKA_BROKERS: brokers } = env;
  return brokers === undefined || brokers === '' ? undefined : brokers;
}

/** Throws the words that say so where none of them takes connections. */
export async function checkBrokers(brokers: string): Promise<void> {
  const attempts = brokers.split(',').map((broker) => reach(broker.trim()));
  await Promise.any(attempts).catch((error: AggregateError) => {
    const reasons = error.errors.map(({ message }) => message).join('; ');
    throw new Error(
      `KAFKA_BROKERS names brokers for the tests, and none takes connections: ${reasons}. ` +
        'Start one there, or unset it: the tests then start their own',
    );
  });
}

function reach(broker: string): Promise<void> {
  const { hostname, port } = URL.parse(`kafka://${broker}`) ?? {};
  if (!hostname || !port) return Promise.reject(new Error(`${broker}: expected host:port`));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: answerMs });
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new Error(`${broker}: ${reason}`));
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => fail(`no answer within ${answerMs} ms`));
    socket.once('error', ({ message }) => fail(message));
  });
}
