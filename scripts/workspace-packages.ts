export interface WorkspacePackage {
  readonly name: string;
  /** Below the root: `packages/protocol`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
}

/** Each package after those that it depends on; throws where they depend on each other in a ring. */
export function inDependencyOrder(
  packages: readonly WorkspacePackage[],
): readonly WorkspacePackage[] {
  const byName = new Map(packages.map((each) => [each.name, each]));
  const ordered = new Set<WorkspacePackage>();
  const visit = (each: WorkspacePackage, path: readonly string[]): void => {
    if (ordered.has(each)) return;
    if (path.includes(each.name)) {
      throw new Error(`a ring of packages: ${[...path, each.name].join(' → ')}`);
    }
    for (const name of each.dependencies) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency, [...path, each.name]);
    }
    ordered.add(each);
  };
  for (const each of packages) visit(each, []);
  return [...ordered];
}
