#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [name = 'help', ...args] = process.argv.slice(2);

if (name === 'serve') {
  const { serve } = await import('./serve.ts');
  const exitCode = await serve(process.env);
  // Everything is closed: what a client still tries with a server that is away keeps nobody here.
  process.exit(exitCode);
} else if (name === 'migrate') {
  process.argv.splice(2, 1);
  await import('./migrate.ts');
} else {
  const { runCommand } = await import('#cli/commands.js');
  process.exitCode = await runCommand(name, args, {
    env: process.env,
    out: (line) => console.log(line),
    error: (line) => console.error(line),
  });
}
