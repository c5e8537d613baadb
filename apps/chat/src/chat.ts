/** A conversation in a terminal: the SDK at work in a few lines. */
import { type ChatArguments, readArguments, usage } from './arguments.ts';
import { runChat } from './run-chat.ts';

async function main(): Promise<number> {
  let chat: ChatArguments | 'help';
  try {
    chat = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (chat === 'help') {
    console.log(usage);
    return 0;
  }
  try {
    await runChat(chat);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

process.exitCode = await main();
