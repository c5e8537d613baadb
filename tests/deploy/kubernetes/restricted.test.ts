import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { restrictedViolations } from './restricted.ts';

const safe: V1Container = {
  name: 'a',
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};
const pod = (change: Partial<V1PodSpec>, container: Partial<V1Container['securityContext']> = {}) =>
  restrictedViolations({
    containers: [{ ...safe, securityContext: { ...safe.securityContext, ...container } }],
    ...change,
  });

test('a pod that asks for nothing is admitted', () => {
  expect(pod({})).toEqual([]);
});

test.each<[string, Partial<V1PodSpec>, Partial<V1Container['securityContext']>]>([
  ['hostNetwork', { hostNetwork: true }, {}],
  ['volume v: hostPath', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, {}],
  ['pod: runs as root', { securityContext: { runAsUser: 0 } }, {}],
  ['a: may escalate its privileges', {}, { allowPrivilegeEscalation: true }],
  ['a: may run as root', {}, { runAsNonRoot: false }],
  ['a: keeps capabilities', {}, { capabilities: {} }],
  ['a: adds capabilities', {}, { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }],
  ['a: has no seccomp profile', {}, { seccompProfile: { type: 'Unconfined' } }],
])('refused: %s', (violation, change, container) => {
  expect(pod(change, container)).toEqual([violation]);
});
