import { openDevelopmentIssuer } from '#auth/development-tokens.js';
import { algorithms } from '#auth/key-algorithm.js';
import {
  type Command,
  CommandFailed,
  type CommandIo,
  exitCodes,
  parseOptions,
  usageError,
} from './command.ts';
import { requireConfig } from './require-config.ts';
import { signToken } from './sign-token.ts';

export const tokenHelp = `Usage: nova token --name NAME
       nova token --sub UUID --key FILE [options]

Prints a token. The user's id goes to the error output.

  --name NAME       For the embedded default: the user that the name stands for, signed with the
                    key in NOVA_DATA_DIR, valid for 12 hours

  --sub UUID        For any service that knows the public key: the user's id
  --key FILE        Private key in PEM
  --alg ALGORITHM   ${algorithms.join(', ')}; the key's type decides, this only checks it
  --ttl DURATION    Life of the token: 90s, 15m, 1h, 7d (default 1h)
  --name NAME       With --sub: the name the token carries
  --kid ID          Name of the key, as the key set publishes it
  --json            Print {"token", "userId"} instead

JWT_ISSUER and JWT_AUDIENCE, when set, become iss and aud.`;

export const token: Command = async (args, io) => {
  const options = parseOptions(args, {
    texts: ['name', 'sub', 'key', 'alg', 'ttl', 'kid'],
    switches: ['json'],
  });
  const { name, sub, key, alg, ttl, kid } = options;
  let issued: { readonly token: string; readonly userId: string };
  if (sub !== undefined || key !== undefined) {
    if (sub === undefined || key === undefined) throw usageError('--sub and --key go together');
    issued = await signToken({
      userId: sub,
      keyFile: key,
      lifetime: ttl ?? '1h',
      algorithm: alg,
      name,
      keyId: kid,
      issuer: textOf(io, 'JWT_ISSUER'),
      audience: textOf(io, 'JWT_AUDIENCE'),
    });
  } else if (name !== undefined) {
    if (alg !== undefined || ttl !== undefined || kid !== undefined) {
      throw usageError('--alg, --ttl and --kid need --sub and --key');
    }
    issued = await developmentToken(name, io);
  } else {
    throw usageError('say for whom: --name, or --sub and --key');
  }
  if (options.json === true) {
    io.out(JSON.stringify({ token: issued.token, userId: issued.userId }));
  } else {
    io.error(`user ${issued.userId}`);
    io.out(issued.token);
  }
  return exitCodes.done;
};

async function developmentToken(name: string, io: CommandIo) {
  const { auth, database, process } = requireConfig(io);
  if (database.url !== undefined || auth.publicKeyPem !== undefined) {
    const key = database.url !== undefined ? 'DATABASE_URL' : 'JWT_PUBLIC_KEY_PEM';
    throw new CommandFailed(
      `${key} is set, so tokens of the embedded default are not accepted: use --sub and --key`,
    );
  }
  const issuer = await openDevelopmentIssuer(process.dataDir, {
    issuer: auth.issuer,
    audience: auth.audience,
  });
  return issuer.issue(name);
}

/** Unset and empty are the same, as everywhere in the configuration. */
function textOf({ env }: CommandIo, key: string): string | undefined {
  return env[key]?.trim() || undefined;
}
