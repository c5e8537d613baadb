import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';

const policyFile = '/usr/sbin/policy-rc.d';

/** Whether `debianInstall` can work here. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Installs packages without starting the services they bring. */
export async function debianInstall(packages: readonly string[]): Promise<void> {
  // The packages' scripts ask this file whether they may start a server; 101 means no.
  const ownPolicy = !existsSync(policyFile);
  if (ownPolicy) await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await aptGet('update', '--quiet=2');
    await aptGet('install', '--quiet=2', '--yes', '--no-install-recommends', ...packages);
  } finally {
    if (ownPolicy) await rm(policyFile);
  }
}

function aptGet(...given: readonly string[]): Promise<void> {
  const child = spawn('apt-get', given, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`apt-get ${given.join(' ')} ended with ${code}`));
    });
  });
}
