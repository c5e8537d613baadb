import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Algorithm, algorithms } from '#auth/key-algorithm.js';
import { type Command, CommandFailed, exitCodes, parseOptions, usageError } from './command.ts';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const makePair: Readonly<Record<Algorithm, () => Pair>> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

export const generateKeys: Command = async (args, io) => {
  const { alg = 'RS256', out } = parseOptions(args, { texts: ['alg', 'out'] });
  const algorithm = algorithms.find((known) => known === alg);
  if (algorithm === undefined) throw usageError(`--alg: expected ${algorithms.join(', ')}`);
  const pair = makePair[algorithm]();
  const secretbox = randomBytes(32).toString('base64');
  const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  if (out !== undefined) {
    const files = {
      'secretbox-key.b64': `${secretbox}\n`,
      'jwt-public-key.pem': publicPem,
      'jwt-private-key.pem': privatePem,
    };
    for (const file of await writeNew(out, files)) io.error(`wrote ${file}`);
  }
  io.out(`SECRETBOX_KEY_B64=${secretbox}`);
  io.out(`JWT_PUBLIC_KEY_PEM="${oneLine(publicPem)}"`);
  if (out === undefined) {
    io.out(`# ${algorithm}, for whoever issues tokens; the service must not have it:`);
    io.out(`# JWT_PRIVATE_KEY_PEM="${oneLine(privatePem)}"`);
  }
  return exitCodes.done;
};

/** Line breaks as two characters, which the configuration turns back. */
function oneLine(pem: string): string {
  return pem.trim().replaceAll('\n', '\\n');
}

/** All or none: a key that is overwritten takes what it sealed along. */
async function writeNew(
  directory: string,
  contents: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = Object.entries(contents).map(
    ([name, content]) => [path.join(directory, name), content] as const,
  );
  for (const [file] of files) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) throw new CommandFailed(`${file} exists; nothing was written`);
  }
  for (const [file, content] of files) {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
  }
  return files.map(([file]) => file);
}
