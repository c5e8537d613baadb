import { runProgram } from '../run-program.ts';
import { canInstall, debianInstall } from '../test-servers/debian-install.ts';
import { missingPrograms } from '../test-servers/missing-programs.ts';

const tools = ['buildah', 'podman', 'runc', 'debootstrap'].map((program) => ({
  program,
  debianPackage: program,
}));

/** What builds and runs the image: root on Debian, allowed to mount. */
export async function imageTools(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'building a base and limiting a container need root on Linux';
  }
  const mayMount = await runProgram(['unshare', '--mount', 'true']).catch(() => undefined);
  if (mayMount?.exitCode !== 0) return 'this container may not mount';
  const missing = await missingPrograms(tools);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ program }) => program).join(' ');
  if (!canInstall()) return `missing: ${names}`;
  console.log(`installing for the tests: ${names}`);
  await debianInstall(missing.map(({ debianPackage }) => debianPackage));
  return undefined;
}
