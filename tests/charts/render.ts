import { join } from 'node:path';
import { runProgram } from '../../scripts/run-program.ts';
import { toolPath } from '../../scripts/special-tests/go-tools.ts';
import { type Objects, parseObjects, repositoryDirectory } from '../deploy/kubernetes/objects.ts';

/** What `helm template` makes of the chart with these further arguments. */
export function renderChart(...given: readonly string[]): Promise<Objects> {
  return render('helm', [
    ...['template', 'nova-messaging', 'deploy/helm/nova-messaging'],
    ...['--namespace', 'nova-messaging', '--kube-version', '1.24.0', ...given],
  ]);
}

/** What `kustomize build` makes of a directory of the repository. */
export function renderOverlay(directory: string): Promise<Objects> {
  return render('kustomize', ['build', directory]);
}

async function render(program: string, given: readonly string[]): Promise<Objects> {
  const path = toolPath(program) ?? program;
  const { exitCode, output } = await runProgram([path, ...given], {
    directory: repositoryDirectory,
    env: { HELM_CACHE_HOME: join(repositoryDirectory, 'node_modules/.cache/helm') },
  });
  if (exitCode !== 0) throw new Error(`${program} ${given.join(' ')}:\n${output}`);
  return parseObjects(output, program);
}

/** By kind, namespace and name, since each tool has an order of its own. */
export function byName(objects: Objects): Readonly<Record<string, object>> {
  const entries = objects.map((object) => {
    const { namespace = '', name } = object.metadata;
    return [`${object.kind} ${namespace}/${name}`, object] as const;
  });
  return Object.fromEntries(entries);
}
