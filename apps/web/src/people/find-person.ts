import { developmentToken, signsInByName } from '../session/development-token.ts';
import type { Session } from '../session/session.ts';
import { type Directory, unknownName } from './directory.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Somebody who can be talked to. */
export interface Person {
  readonly userId: string;
  readonly name: string;
}

/** What a field that asks for a person should say. */
export const personHint = (): string => (signsInByName() ? 'Name' : 'User ID');

/** The person that somebody typed: a name in development, elsewhere an id. Throws words. */
export async function findPerson(text: string, { directory, userId }: Session): Promise<Person> {
  const typed = text.trim();
  if (typed === '') throw new Error(`Type a ${personHint().toLowerCase()} first.`);
  const found = await resolvePerson(typed, directory);
  if (found.userId === userId) throw new Error('That is you.');
  return found;
}

async function resolvePerson(typed: string, directory: Directory): Promise<Person> {
  const names = directory.getSnapshot();
  if (uuid.test(typed)) {
    const userId = typed.toLowerCase();
    return { userId, name: names.get(userId) ?? unknownName(userId) };
  }
  if (signsInByName()) {
    const { userId } = await developmentToken(typed);
    const name = names.get(userId) ?? typed;
    directory.learn(userId, name);
    return { userId, name };
  }
  const wanted = typed.toLowerCase();
  const known = [...names].find(([, name]) => name.toLowerCase() === wanted);
  if (known === undefined) throw new Error('Nobody you know has that name: paste their user ID.');
  return { userId: known[0], name: known[1] };
}
