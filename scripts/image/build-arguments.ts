import type { Builder } from './find-builder.ts';
import type { Release } from './release.ts';

export interface BuildOptions {
  readonly builder: Builder;
  readonly release: Release;
  readonly tag: string;
  /** Base image instead of the Dockerfile's: pin it by digest. */
  readonly base?: string | undefined;
  /** `host` where the build needs the machine's own network to reach its registries. */
  readonly network?: string | undefined;
}

/** The arguments of `docker build` and of its equals, from the root of the repository. */
export function buildArguments(options: BuildOptions): readonly string[] {
  const { builder, release, tag, base, network } = options;
  const created = new Date(release.committedAt * 1000).toISOString().replace('.000', '');
  const values = {
    VERSION: release.version,
    REVISION: release.revision,
    CREATED: created,
    ...(base === undefined ? {} : { NODE_IMAGE: base }),
    // BuildKit dates its layers by this; the others have an option for it.
    ...(builder === 'docker' ? { SOURCE_DATE_EPOCH: String(release.committedAt) } : {}),
  };
  return [
    'build',
    ...['--file', 'deploy/docker/Dockerfile', '--tag', tag],
    ...Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...(network === undefined ? [] : ['--network', network]),
    // The OCI format knows no HEALTHCHECK.
    ...(builder === 'docker'
      ? []
      : ['--layers', '--format', 'docker', '--timestamp', String(release.committedAt)]),
    '.',
  ];
}
