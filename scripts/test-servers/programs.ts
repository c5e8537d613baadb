/** A program that tests start, and the package of Debian that carries it. */
export interface NeededProgram {
  readonly program: string;
  readonly debianPackage: string;
}

/** Everything the tests need beside what npm installs. */
export const neededPrograms: readonly NeededProgram[] = [
  { program: 'redis-server', debianPackage: 'redis-server' },
];
