import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from '../run-program.ts';

const tools = [
  { program: 'kustomize', module: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1' },
  { program: 'helm', module: 'helm.sh/helm/v3/cmd/helm@v3.20.2' },
];

/** Built once from the sources that Go's module proxy serves, and kept. */
const ownDirectory = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'nova-test-tools/bin',
);

/** Where the program of that name is: the system's own, or the one built for the tests. */
export function toolPath(program: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ownDirectory];
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

/** helm and kustomize, which render what the manifests are compared with. */
export async function renderingTools(): Promise<string | undefined> {
  const missing = tools.filter(({ program }) => toolPath(program) === undefined);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ program }) => program).join(' and ');
  if (toolPath('go') === undefined) return `needs ${names}, or Go to build them`;
  console.log(`building for the tests: ${names}`);
  mkdirSync(ownDirectory, { recursive: true });
  for (const { program, module } of missing) {
    const { exitCode, output } = await runProgram(['go', 'install', module], {
      env: { GOBIN: ownDirectory },
    });
    if (exitCode !== 0) return `${program} could not be built: ${output.trim().split('\n').at(-1)}`;
  }
  return undefined;
}
