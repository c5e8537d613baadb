// Enough of RESP 2 to ask a Redis whether it serves: the doctor must tell what is wrong where a
// driver would keep trying.
import net from 'node:net';
import tls from 'node:tls';

export interface RedisAnswer {
  /** False for an error of the server. */
  readonly ok: boolean;
  readonly text: string;
}

const maxAnswerBytes = 256 * 1024;

/** Whom to ask, and as whom. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Signs in, sends the commands and returns their answers. A refused sign-in stands for the answers.
 */
export async function askRedis(
  server: RedisServer,
  timeoutMs: number,
  commands: readonly (readonly string[])[],
): Promise<readonly RedisAnswer[]> {
  const { username, password } = server;
  const user = username === undefined ? [] : [username];
  const signIn = password === undefined || password === '' ? [] : [['AUTH', ...user, password]];
  const answers = await exchange(connect(server), timeoutMs, [...signIn, ...commands]);
  const signedIn = signIn.length === 0 || answers[0]?.ok === true;
  return signedIn ? answers.slice(signIn.length) : answers.slice(0, 1);
}

function connect({ host, port, tls: encrypted }: RedisServer): net.Socket {
  if (!encrypted) return net.connect({ host, port });
  return tls.connect({ host, port, ...(net.isIP(host) === 0 ? { servername: host } : {}) });
}

function exchange(
  socket: net.Socket,
  timeoutMs: number,
  commands: readonly (readonly string[])[],
): Promise<readonly RedisAnswer[]> {
  return new Promise<readonly RedisAnswer[]>((resolve, reject) => {
    let received = '';
    const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('closed the connection without an answer'));
    });
    socket.once('error', reject);
    // Latin-1 keeps one character per byte: bulk lengths count bytes.
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (received.length > maxAnswerBytes) return reject(new Error('answers without end'));
      try {
        const answers = parseAnswers(received);
        if (answers.length >= commands.length) resolve(answers);
      } catch (error) {
        reject(error);
      }
    });
    socket.write(commands.map(encode).join(''));
  }).finally(() => socket.destroy());
}

function encode(words: readonly string[]): string {
  const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulks.join('')}`;
}

/** The answers that have arrived whole. */
function parseAnswers(received: string): readonly RedisAnswer[] {
  const answers: RedisAnswer[] = [];
  for (let at = 0; ; ) {
    const end = received.indexOf('\r\n', at);
    if (end === -1) return answers;
    const line = received.slice(at + 1, end);
    const kind = received[at];
    at = end + 2;
    if (kind === '+' || kind === '-' || kind === ':') {
      answers.push({ ok: kind !== '-', text: line });
    } else if (kind === '$') {
      const length = Math.max(0, Number(line));
      if (received.length < at + length + 2) return answers;
      answers.push({ ok: true, text: received.slice(at, at + length) });
      at += length + 2;
    } else {
      throw new Error('does not speak the protocol of Redis');
    }
  }
}
