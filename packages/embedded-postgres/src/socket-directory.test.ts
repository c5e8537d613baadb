import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSocketDirectory } from './socket-directory.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync('/tmp/nova-sock-test-');
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(root, { recursive: true, force: true });
});

describe('makeSocketDirectory', () => {
  it('gives a data directory the same private place each time, and every other one another', () => {
    vi.stubEnv('TMPDIR', root);
    const first = makeSocketDirectory('/a', 5432, {});
    expect(path.dirname(first)).toBe(root);
    expect(fs.statSync(first).mode & 0o777).toBe(0o700);
    expect(makeSocketDirectory('/a', 5432, {})).toBe(first);
    expect(makeSocketDirectory('/b', 5432, {})).not.toBe(first);
  });

  it('leaves a temporary directory whose path is too long for a socket', () => {
    const long = path.join(root, 'x'.repeat(90));
    fs.mkdirSync(long);
    vi.stubEnv('TMPDIR', long);
    expect(os.tmpdir()).toBe(long);
    const directory = makeSocketDirectory(root, 5432, {});
    expect(path.dirname(directory)).toBe('/tmp');
    fs.rmSync(directory, { recursive: true });
  });

  it('refuses a place that others can enter or that is a link', () => {
    vi.stubEnv('TMPDIR', root);
    const directory = makeSocketDirectory('/a', 5432, {});
    fs.chmodSync(directory, 0o777);
    expect(() => makeSocketDirectory('/a', 5432, {})).toThrow('not a private directory');
    fs.rmSync(directory, { recursive: true });
    fs.symlinkSync('/', directory);
    expect(() => makeSocketDirectory('/a', 5432, {})).toThrow('not a private directory');
  });
});
