// Runs the containers of the Deployment as a kubelet would: its command, environment, user, limits
// and security, read from the manifest. Only the addresses are the test's own.
import type { V1Container } from '@kubernetes/client-node';
import { objectOf } from '../deploy/kubernetes/objects.ts';
import { serviceManifests } from '../deploy/kubernetes/service-manifests.ts';

export type Environment = Readonly<Record<string, string>>;

const pod = objectOf(serviceManifests, 'Deployment').spec?.template.spec;
const config = objectOf(serviceManifests, 'ConfigMap').data ?? {};

/** The Secret as it stands in the repository, placeholders and all. */
export const placeholderSecret: Environment = objectOf(serviceManifests, 'Secret').stringData ?? {};

/** Arguments of `podman run` for that container of the pod, without a name. */
export function podArguments(
  containerName: string,
  image: string,
  secret: Environment,
  own: Environment = {},
): readonly string[] {
  const all = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  const container = all.find(({ name }) => name === containerName);
  if (pod === undefined || container === undefined) throw new Error(`no ${containerName}`);
  const environment = { ...config, ...secret, ...typedByHand(container, secret), ...own };
  return [
    ...securityArguments(container),
    // Loopback of the machine, where the test's servers listen.
    ...['--network', 'host'],
    // Both need systemd; the test runs the check itself.
    '--no-healthcheck',
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(container.command === undefined
      ? [image]
      : ['--entrypoint', JSON.stringify(container.command), image]),
  ];
}

function securityArguments({ securityContext = {}, resources, volumeMounts = [] }: V1Container) {
  const { cpu = '', memory = '' } = resources?.limits ?? {};
  return [
    ...['--user', `${securityContext.runAsUser}:${pod?.securityContext?.runAsGroup}`],
    ...(securityContext.readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(securityContext.capabilities?.drop ?? []).flatMap((name) => ['--cap-drop', name]),
    ...(securityContext.allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...['--cpus', String(Number(cpu.replace('m', '')) / 1000)],
    ...['--memory', memory.toLowerCase().replace('i', '')],
    ...volumeMounts.flatMap(({ mountPath }) => ['--tmpfs', `${mountPath}:size=64m`]),
  ];
}

/** The variables that refer to the Secret, and those made of them, as Kubernetes resolves them. */
function typedByHand({ env = [] }: V1Container, secret: Environment): Environment {
  const resolved: Record<string, string> = {};
  for (const { name, value = '', valueFrom } of env) {
    const key = valueFrom?.secretKeyRef?.key;
    resolved[name] =
      key === undefined
        ? value.replaceAll(/\$\((\w+)\)/g, (_, other: string) => resolved[other] ?? '')
        : (secret[key] ?? '');
  }
  return resolved;
}
