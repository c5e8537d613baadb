import { expect, test } from 'vitest';
import { fieldsOfNewest, fieldsOfOldest, misfits } from './field-types.ts';
import { modelProblems } from './model-validation.ts';
import type { KubernetesObject } from './objects.ts';

const budget = (spec: object): KubernetesObject =>
  ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'a' },
    spec,
  }) as KubernetesObject;

test('an unknown field is found', () => {
  expect(misfits(budget({ minAvailble: 2 }), fieldsOfNewest)).toEqual([
    'PodDisruptionBudget.spec.minAvailble: V1PodDisruptionBudgetSpec has no such field',
  ]);
});

test('a value of the wrong type is found, however deep', () => {
  const wrong = budget({ selector: { matchLabels: { app: 1 } } });
  expect(misfits(wrong, fieldsOfNewest)).toEqual([
    'PodDisruptionBudget.spec.selector.matchLabels.app: expected a string',
  ]);
});

test('a field younger than Kubernetes 1.24 is found', () => {
  const young = budget({ minAvailable: 2, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  expect(misfits(young, fieldsOfNewest)).toEqual([]);
  expect(misfits(young, fieldsOfOldest)).toEqual([
    'PodDisruptionBudget.spec.unhealthyPodEvictionPolicy: V1PodDisruptionBudgetSpec has no such field',
  ]);
});

test('a word outside its enumeration is found by the model', async () => {
  const wrong = budget({ unhealthyPodEvictionPolicy: 'Sometimes' });
  expect(misfits(wrong, fieldsOfNewest)).toEqual([]);
  expect((await modelProblems(wrong)).join()).toContain('unhealthyPodEvictionPolicy');
});
