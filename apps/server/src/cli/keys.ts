import { type Command, usageError } from './command.ts';
import { generateKeys } from './generate-keys.ts';
import { rotateKeys } from './rotate-keys.ts';

export const keysHelp = `Usage: nova keys generate [--alg ALGORITHM] [--out DIR]
       nova keys rotate

generate    Prints a new master key and a new key pair for tokens, as lines for an .env file.
            The private key is for whoever issues tokens; the service must not have it.
  --alg     RS256 (default), ES256 or EdDSA
  --out     Write the keys as files into DIR (mode 0600) and print no private key; files that
            exist are never overwritten

rotate      Seals the data key of every conversation under SECRETBOX_KEY_B64. Messages are not
            touched, and the service keeps running. Needs DATABASE_URL.

To change the master key without a gap:
  1. Give every node the new key as an entry of SECRETBOX_PREVIOUS_KEYS_B64, and restart them.
  2. Swap: the new key becomes SECRETBOX_KEY_B64, the old one a previous key; restart.
  3. Run nova keys rotate. When it leaves nothing, and stored replies have aged out (24 hours),
     remove the old key.`;

export const keys: Command = async ([action, ...args], io) => {
  if (action === 'generate') return generateKeys(args, io);
  if (action === 'rotate') return rotateKeys(args, io);
  throw usageError('say what to do: generate or rotate');
};
