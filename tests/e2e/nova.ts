/** What every scene begins with; the shared PostgreSQL ends with the file. */
import { closeTestCluster } from '@nova/dev-env';
import { afterAll } from 'vitest';

export * from '@nova/dev-env';

afterAll(closeTestCluster);

/** Ascending whole numbers from `first` to `last`. */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
