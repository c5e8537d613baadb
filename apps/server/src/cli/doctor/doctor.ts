import type { Config } from '#config/config.js';
import { readConfig } from '#config/read-config.js';
import { type Command, exitCodes, parseOptions } from '../command.ts';
import { checkDatabase } from './check-database.ts';
import { checkDataDir, checkHost } from './check-host.ts';
import { checkKafka } from './check-kafka.ts';
import { checkRedis } from './check-redis.ts';
import { checkTokenKeys } from './check-token-keys.ts';
import { type Finding, fail, linesOf, ok, warn } from './finding.ts';

export const doctorHelp = `Usage: nova doctor

Checks the configuration and everything it names, changes nothing, and says what to do. Each line
is ok, warn or FAIL; the exit code is 1 when there is a FAIL. No secret is printed.

Checked: the configuration, the keys of tokens, the database (version, migrations, settings,
clock, master keys in use), Redis, Kafka, the data directory and the limit of open files.`;

export const doctor: Command = async (args, io) => {
  parseOptions(args, { texts: [] });
  const read = readConfig(io.env);
  const findings: Finding[] = read.warnings.map((text) =>
    warn('configuration', text, 'see docs/configuration.md'),
  );
  if (read.ok) {
    const { environment } = read.config.process;
    findings.push(ok('configuration', `well formed, for ${environment}`));
    findings.push(...(await checkEverything(read.config)));
  } else {
    for (const problem of read.problems) {
      findings.push(fail('configuration', problem, 'nothing else is checked before this is right'));
    }
  }
  findings.push(...checkHost());
  for (const finding of findings) for (const line of linesOf(finding)) io.out(line);
  const failed = findings.filter((finding) => finding.level === 'fail').length;
  if (failed > 0) io.error(`${failed} check(s) failed`);
  return failed > 0 ? exitCodes.failed : exitCodes.done;
};

async function checkEverything(config: Config): Promise<readonly Finding[]> {
  const parts = await Promise.all([
    checkTokenKeys(config),
    checkDatabase(config),
    checkRedis(config.redis),
    checkKafka(config.kafka),
    checkDataDir(config),
  ]);
  return parts.flat();
}
