/** Apache Kafka from Maven Central, kept outside the repository from one run to the next. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { javaMajor, neededJava } from './java.ts';

const run = promisify(execFile);

const version = '4.1.2';
const cache = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
  'nova-test-servers',
);
const files = path.join(cache, `kafka-${version}`);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nova</groupId><artifactId>test-broker</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;

export const hasBrokerFiles = (): boolean => existsSync(files);

/**
 * The folder of the broker's jars, fetched at the first call. Throws words that say what to install
 * where that cannot be done.
 */
export async function brokerFiles(): Promise<string> {
  const java = await javaMajor();
  if (java === undefined || java < neededJava) {
    const found = java === undefined ? 'there is none' : `this is Java ${java}`;
    throw new Error(
      `the tests start Apache Kafka, which needs Java ${neededJava} or later; ${found}. ` +
        'Install it, on Debian or Ubuntu: sudo apt-get install default-jre-headless',
    );
  }
  if (hasBrokerFiles()) return files;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(path.join(cache, 'fetching-'));
  try {
    await fetchInto(unfinished);
    // Whoever is first has fetched it; a folder that is there is whole.
    await rename(path.join(unfinished, 'jars'), files).catch((error: unknown) => {
      if (!hasBrokerFiles()) throw error;
    });
    return files;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function fetchInto(directory: string): Promise<void> {
  await writeFile(path.join(directory, 'pom.xml'), pom);
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies';
  const given = ['--batch-mode', '--quiet', goal, '-DoutputDirectory=jars'];
  try {
    await run('mvn', [...given, '-DincludeScope=runtime'], { cwd: directory, timeout: 600_000 });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const words = missing
      ? 'Install Maven, on Debian or Ubuntu: sudo apt-get install maven'
      : `Maven said: ${String(Object(error).stdout ?? error).slice(0, 600)}`;
    throw new Error(`Apache Kafka could not be fetched from Maven Central. ${words}`);
  }
}
