import { type Command, CommandFailed, type CommandIo, exitCodes } from './command.ts';
import { doctor, doctorHelp } from './doctor/doctor.ts';
import { keys, keysHelp } from './keys.ts';
import { token, tokenHelp } from './token.ts';

export type { Command, CommandIo } from './command.ts';

const helpTexts: Readonly<Record<string, string>> = {
  token: tokenHelp,
  keys: keysHelp,
  doctor: doctorHelp,
};

const overview = `Usage: nova COMMAND [options]

  serve     Run a node of the service until SIGTERM
  migrate   Apply the migrations, with golang-migrate's options
  token     Issue a token
  keys      Generate keys; rotate the master key
  doctor    Check the configuration and everything it names
  help      Say more: nova help COMMAND

Configuration comes from environment variables.`;

const help: Command = async ([topic], io) => {
  if (topic === undefined) {
    io.out(overview);
    return exitCodes.done;
  }
  const text = Object.hasOwn(helpTexts, topic) ? helpTexts[topic] : undefined;
  if (text === undefined) throw new CommandFailed(`no help on ${topic}`, exitCodes.usage);
  io.out(text);
  return exitCodes.done;
};

/** The subcommands of `nova`, apart from `serve`. */
export const commands: Readonly<Record<string, Command>> = { token, keys, doctor, help };

/** Runs one subcommand, turns what it throws into words and resolves with the exit code. */
export async function runCommand(
  name: string,
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const asked = name === '--help' || name === '-h' ? 'help' : name;
  const command = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
  if (command === undefined) {
    io.error(`nova: unknown command ${JSON.stringify(name)}\n`);
    io.error(overview);
    return exitCodes.usage;
  }
  try {
    if (args.includes('--help') || args.includes('-h')) {
      return await help(asked === 'help' ? [] : [asked], io);
    }
    return await command(args, io);
  } catch (error) {
    io.error(`nova ${asked}: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof CommandFailed)) return exitCodes.failed;
    if (error.exitCode === exitCodes.usage) io.error(`See: nova help ${asked}`);
    return error.exitCode;
  }
}
