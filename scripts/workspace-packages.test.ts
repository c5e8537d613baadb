import { expect, test } from 'vitest';
import { inDependencyOrder } from './workspace-packages.ts';

const pack = (name: string, ...dependencies: readonly string[]) => ({
  name,
  folder: `packages/${name}`,
  dependencies,
});

test('a package comes after what it depends on', () => {
  const ordered = inDependencyOrder([
    pack('server', 'protocol', 'pg'),
    pack('chat', 'client'),
    pack('client', 'protocol'),
    pack('protocol'),
  ]);
  expect(ordered.map(({ name }) => name)).toEqual(['protocol', 'server', 'client', 'chat']);
});

test('a ring is refused', () => {
  expect(() => inDependencyOrder([pack('a', 'b'), pack('b', 'a')])).toThrow('a → b → a');
});
