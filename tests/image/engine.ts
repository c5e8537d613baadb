// podman and buildah with a storage of the tests' own, so that nothing else on the machine is seen.
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ProgramResult, runProgram } from '../../scripts/run-program.ts';

/** Kept between runs: the base and the layers that did not change are not built again. */
const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nova-image-tests');

/** What podman and buildah read in this environment. */
export const engineEnvironment: Readonly<Record<string, string>> = {
  CONTAINERS_STORAGE_CONF: join(home, 'storage.conf'),
  CONTAINERS_CONF: join(home, 'containers.conf'),
};

mkdirSync(home, { recursive: true });
writeFileSync(
  join(home, 'storage.conf'),
  `[storage]\ndriver = "overlay"\ngraphroot = "${home}/storage"\nrunroot = "${home}/run"\n`,
);
writeFileSync(
  join(home, 'containers.conf'),
  // Without systemd nobody else makes cgroups; a container may not raise what its host was given.
  `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
);

/** Runs `podman …` or `buildah …`; rejects with what it said when it fails. */
export async function engine(...command: readonly string[]): Promise<string> {
  const { exitCode, output } = await tryEngine(...command);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}:\n${output}`);
  return output.trim();
}

export function tryEngine(...command: readonly string[]): Promise<ProgramResult> {
  return runProgram(command, { env: engineEnvironment });
}
