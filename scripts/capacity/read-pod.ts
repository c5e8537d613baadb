import { parse } from 'yaml';

/** What one pod is given, and at which shares of it the autoscaler adds another. */
export interface Pod {
  readonly requestCores: number;
  readonly requestBytes: number;
  readonly limitBytes: number;
  readonly cpuShare: number;
  readonly memoryShare: number;
  readonly minPods: number;
  readonly maxPods: number;
}

const units: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30 };

const bytesOf = (quantity: string): number =>
  Number(quantity.slice(0, -2)) * (units[quantity.slice(-2)] ?? Number.NaN);

/** From the texts of the Deployment and of its autoscaler. */
export function readPod(deployment: string, autoscaler: string): Pod {
  const [{ resources }] = parse(deployment).spec.template.spec.containers;
  const { minReplicas, maxReplicas, metrics } = parse(autoscaler).spec;
  const share = (name: string): number =>
    metrics.find(({ resource }: { resource: { name: string } }) => resource.name === name).resource
      .target.averageUtilization / 100;
  return {
    requestCores: Number(resources.requests.cpu.replace(/m$/, '')) / 1_000,
    requestBytes: bytesOf(resources.requests.memory),
    limitBytes: bytesOf(resources.limits.memory),
    cpuShare: share('cpu'),
    memoryShare: share('memory'),
    minPods: minReplicas,
    maxPods: maxReplicas,
  };
}
