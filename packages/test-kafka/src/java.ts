import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Apache Kafka 4 needs it. */
export const neededJava = 17;

/** Major version of the `java` on the PATH; undefined where there is none. */
export async function javaMajor(): Promise<number | undefined> {
  try {
    const { stderr } = await run('java', ['-version']);
    const version = /version "(\d+)/.exec(stderr)?.[1];
    return version === undefined ? undefined : Number(version);
  } catch {
    return undefined;
  }
}
