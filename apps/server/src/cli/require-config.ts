import type { Config } from '#config/config.js';
import { readConfig } from '#config/read-config.js';
import { CommandFailed, type CommandIo, exitCodes } from './command.ts';

/** The configuration, or an end that lists all of its problems. */
export function requireConfig({ env, error }: CommandIo): Config {
  const read = readConfig(env);
  for (const warning of read.warnings) error(`warning: ${warning}`);
  if (read.ok) return read.config;
  const problems = read.problems.map((problem) => `\n  ${problem}`).join('');
  throw new CommandFailed(`the configuration has problems:${problems}`, exitCodes.configuration);
}
