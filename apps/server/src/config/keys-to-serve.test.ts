import { expect, it } from 'vitest';
import { keysToServe } from './keys-to-serve.ts';
import { type Environment, readConfig } from './read-config.ts';

const database = { DATABASE_URL: 'postgresql://nova@localhost/nova' };
const SECRETBOX_KEY_B64 = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');

function missing(env: Environment): readonly string[] {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return keysToServe(read.config).map((problem) => problem.split(':', 1)[0] ?? '');
}

it.each([
  { of: 'the embedded database', env: {}, problems: [] },
  {
    of: 'a database alone',
    env: database,
    problems: ['SECRETBOX_KEY_B64', 'JWT_PUBLIC_KEY_PEM or JWKS_URL'],
  },
  {
    of: 'a database and one key',
    env: { ...database, SECRETBOX_KEY_B64 },
    problems: ['JWT_PUBLIC_KEY_PEM or JWKS_URL'],
  },
  {
    of: 'a database and both',
    env: { ...database, SECRETBOX_KEY_B64, JWKS_URL: 'https://issuer.example.org/keys' },
    problems: [],
  },
])('names all keys that are missing beside $of', ({ env, problems }) => {
  expect(missing(env)).toEqual(problems);
});
