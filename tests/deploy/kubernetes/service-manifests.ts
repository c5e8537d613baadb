import { readObjects } from './objects.ts';

export const manifestsDirectory = 'deploy/kubernetes';

/** The objects that `kubectl apply -f .` creates in deploy/kubernetes. */
export const serviceManifests = readObjects(manifestsDirectory);
