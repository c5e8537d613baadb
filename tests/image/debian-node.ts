// A base image made from Debian's packages and the Node of this workspace, so that the image can be
// built and run where no image registry is in reach. It has what node:24-bookworm-slim has.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runProgram } from '../../scripts/run-program.ts';
import { engine, tryEngine } from './engine.ts';

const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';
const hostCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** The name of the base image, which is made where this machine has none yet. */
export async function debianNode(): Promise<string> {
  const name = `localhost/nova-stand-in-base:${suite}-node${process.versions.node}`;
  const { exitCode } = await tryEngine('podman', 'image', 'exists', name);
  if (exitCode !== 0) await make(name);
  return name;
}

async function make(name: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'nova-base-'));
  try {
    const { exitCode, output } = await runProgram(
      ['debootstrap', ...['--variant=minbase', '--include=ca-certificates', suite, root, mirror]],
      { yielding: true },
    );
    if (exitCode !== 0) throw new Error(`debootstrap ended with ${exitCode}:\n${output}`);
    addNode(root);
    await commit(root, name);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function addNode(root: string): void {
  const local = join(root, 'usr/local');
  const modules = join(local, 'lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(process.execPath, join(local, 'bin/node'));
  cpSync(npmDirectory(), join(modules, 'npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  // A machine behind a proxy that signs for itself has its authority here.
  cpSync(hostCertificates, join(root, hostCertificates));
}

/** Where the npm on the PATH lives: `…/npm/bin/npm-cli.js` behind a link. */
function npmDirectory(): string {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    try {
      return dirname(dirname(realpathSync(join(directory, 'npm'))));
    } catch {
      // Not in this one.
    }
  }
  throw new Error('there is no npm on the PATH');
}

async function commit(root: string, name: string): Promise<void> {
  const container = await engine('buildah', 'from', 'scratch');
  try {
    await engine('buildah', 'add', '--quiet', container, root, '/');
    const variables = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'NPM_CONFIG_CAFILE'];
    await engine(
      'buildah',
      'config',
      ...variables.flatMap((variable) => ['--env', `${variable}=${hostCertificates}`]),
      container,
    );
    await engine('buildah', 'commit', '--quiet', container, name);
  } finally {
    await engine('buildah', 'rm', container);
  }
}
