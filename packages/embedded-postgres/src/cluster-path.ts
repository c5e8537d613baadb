import fs from 'node:fs';
import { canEnter, type RunAs } from './run-as.ts';

/**
 * How a child process names the cluster directory. Below a home that only root may enter, the
 * unprivileged server cannot walk the path; it then receives the open directory as descriptor 3 and
 * names it through /proc, which needs no permission on the parents.
 */
export interface ClusterPath {
  readonly argument: string;
  readonly descriptor: number | undefined;
  close(): void;
}

export function openClusterPath(directory: string, runAs: RunAs): ClusterPath {
  if (runAs.uid === undefined || canEnter(directory, runAs)) {
    return { argument: directory, descriptor: undefined, close: () => {} };
  }
  if (process.platform !== 'linux' || !fs.existsSync('/proc/self/fd')) {
    throw new Error(
      `${directory} cannot be entered by uid ${runAs.uid}, as which PostgreSQL runs; choose another directory or do not run as root`,
    );
  }
  const descriptor = fs.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  return {
    argument: '/proc/self/fd/3',
    descriptor,
    close: () => fs.closeSync(descriptor),
  };
}

/** The `stdio` tail that hands the descriptor over as number 3. */
export function inheritedDescriptors(cluster: ClusterPath): number[] {
  return cluster.descriptor === undefined ? [] : [cluster.descriptor];
}
