import { hasBrokerFiles, prepareBrokers } from '@nova/test-kafka';
import { canInstall, debianInstall } from './debian-install.ts';
import { checkBrokers, givenBrokers } from './given-brokers.ts';
import { missingPrograms } from './missing-programs.ts';
import { type NeededProgram, neededPrograms } from './programs.ts';

/**
 * Makes sure that the servers of the tests are installed, or throws the words that say what to do.
 */
export async function ensureTestServers(): Promise<void> {
  const brokers = givenBrokers();
  await ensurePrograms(neededPrograms(brokers));
  if (brokers !== undefined) return await checkBrokers(brokers);
  if (!hasBrokerFiles()) console.log('fetching for the tests: Apache Kafka');
  await prepareBrokers();
}

async function ensurePrograms(needed: readonly NeededProgram[]): Promise<void> {
  const missing = await missingPrograms(needed);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))];
  if (!canInstall()) {
    const programs = missing.map(({ program }) => program).join(', ');
    throw new Error(
      `the tests start real servers, and these are missing: ${programs}. ` +
        `Install them, on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  console.log(`installing for the tests: ${packages.join(' ')}`);
  await debianInstall(packages);
  const still = await missingPrograms(needed);
  if (still.length === 0) return;
  const programs = still.map(({ program }) => program).join(', ');
  throw new Error(`installed ${packages.join(' ')}, but there is still no ${programs}`);
}
