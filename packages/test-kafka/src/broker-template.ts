/** What the start of every broker needs and takes long to make, kept from one run to the next. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brokerFiles } from './broker-files.ts';
import { makeBrokerKeys } from './broker-keys.ts';
import { archiveName, formatBroker, startBroker } from './broker-process.ts';
import { type BrokerPorts, brokerProperties, logging } from './broker-properties.ts';
import { freePort } from './free-port.ts';
import { javaVersion } from './java.ts';

export interface BrokerTemplate {
  /** Formatted folders and keys of a broker that has never run, and the classes it loads. */
  readonly directory: string;
  /** The certificate, in PEM, that vouches for the key. */
  readonly caPem: string;
}

/** Fetches and makes what brokers start from, so that no test has to wait for it. */
export async function prepareBrokers(): Promise<void> {
  await brokerTemplate(await brokerFiles());
}

/** The template beside the jars; made at the first call with this Java. */
export async function brokerTemplate(jars: string): Promise<BrokerTemplate> {
  const directory = `${jars}-java-${await javaVersion()}-${settingsHash()}`;
  if (!existsSync(directory)) await makeTemplate(jars, directory);
  return { directory, caPem: await readFile(path.join(directory, 'ca.pem'), 'utf8') };
}

/** Other settings, another template: what is formatted depends on them. */
function settingsHash(): string {
  const settings = brokerProperties('', { plain: 0, secure: 0, controller: 0 });
  return createHash('sha256').update(settings).digest('hex').slice(0, 8);
}

/** The folder of a new broker. */
export async function copyTemplate(
  { directory }: BrokerTemplate,
  to: string,
  ports: BrokerPorts,
): Promise<void> {
  // The classes stay where they are: they are many, and only read.
  const filter = (file: string): boolean => path.basename(file) !== archiveName;
  await cp(directory, to, { recursive: true, filter });
  await writeSettings(to, ports);
}

async function makeTemplate(jars: string, directory: string): Promise<void> {
  const unfinished = await mkdtemp(`${directory}-making-`);
  const trial = await mkdtemp(`${directory}-trial-`);
  try {
    const ports = {
      plain: await freePort(),
      secure: await freePort(),
      controller: await freePort(),
    };
    await writeFile(path.join(unfinished, 'ca.pem'), await makeBrokerKeys(unfinished));
    await writeSettings(unfinished, ports);
    await formatBroker({ jars, directory: unfinished });
    await copyTemplate({ directory: unfinished, caPem: '' }, trial, ports);
    const archive = path.join(unfinished, archiveName);
    const words = [`-XX:ArchiveClassesAtExit=${archive}`];
    const broker = await startBroker({ jars, directory: trial }, ports.plain, words);
    broker.signal('SIGTERM');
    await broker.exited;
    // Whoever is first has made it; a folder that is there is whole.
    await rename(unfinished, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(trial, { recursive: true, force: true });
  }
}

async function writeSettings(directory: string, ports: BrokerPorts): Promise<void> {
  await writeFile(path.join(directory, 'properties'), brokerProperties(directory, ports));
  await writeFile(path.join(directory, 'log4j2.yaml'), logging);
}
