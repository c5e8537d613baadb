import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Apache Kafka 4 needs it. */
export const neededJava = 17;

/** Version of the `java` on the PATH, such as `17.0.15`; undefined where there is none. */
export async function javaVersion(): Promise<string | undefined> {
  try {
    const { stderr } = await run('java', ['-version']);
    return /version "([^"]+)"/.exec(stderr)?.[1];
  } catch {
    return undefined;
  }
}

/** Its major version. */
export async function javaMajor(): Promise<number | undefined> {
  const major = /^\d+/.exec((await javaVersion()) ?? '')?.[0];
  return major === undefined ? undefined : Number(major);
}
