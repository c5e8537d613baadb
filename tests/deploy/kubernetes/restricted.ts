import type { V1Container, V1PodSpec } from '@kubernetes/client-node';

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * What the profile `restricted` of the Pod Security Standards refuses in a pod; empty: it is
 * admitted. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedViolations(pod: V1PodSpec): readonly string[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => pod[name]);
  const volumes = (pod.volumes ?? []).flatMap(({ name, ...source }) =>
    Object.keys(source)
      .filter((kind) => !allowedVolumes.includes(kind))
      .map((kind) => `volume ${name}: ${kind}`),
  );
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const inPod = pod.securityContext ?? {};
  return [
    ...shared,
    ...volumes,
    ...(inPod.runAsUser === 0 ? ['pod: runs as root'] : []),
    ...(inPod.sysctls === undefined ? [] : ['pod: sysctls']),
    ...containers.flatMap((container) =>
      containerViolations(container, pod).map((violation) => `${container.name}: ${violation}`),
    ),
  ];
}

function containerViolations(container: V1Container, pod: V1PodSpec): readonly string[] {
  const own = container.securityContext ?? {};
  const seccomp = own.seccompProfile ?? pod.securityContext?.seccompProfile;
  const nonRoot = own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot;
  const { drop = [], add = [] } = own.capabilities ?? {};
  const checks: readonly (readonly [boolean, string])[] = [
    [own.privileged === true, 'is privileged'],
    [own.allowPrivilegeEscalation !== false, 'may escalate its privileges'],
    [nonRoot !== true, 'may run as root'],
    [own.runAsUser === 0, 'runs as root'],
    [!drop.includes('ALL'), 'keeps capabilities'],
    [add.some((name) => name !== 'NET_BIND_SERVICE'), 'adds capabilities'],
    [!['RuntimeDefault', 'Localhost'].includes(seccomp?.type ?? ''), 'has no seccomp profile'],
    [(own.procMount ?? 'Default') !== 'Default', 'sees an unmasked /proc'],
    [(container.ports ?? []).some(({ hostPort }) => hostPort !== undefined), 'takes a host port'],
  ];
  return checks.filter(([violated]) => violated).map(([, violation]) => violation);
}
