import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryDirectory } from '../kubernetes/objects.ts';

const read = (path: string) => readFileSync(join(repositoryDirectory, path), 'utf8');
const dockerfile = read('deploy/docker/Dockerfile');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Workspaces that the service needs, itself first: their folders. */
function neededWorkspaces(folder: string, seen = new Set<string>()): ReadonlySet<string> {
  seen.add(folder);
  const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as Manifest;
  for (const name of Object.keys(dependencies)) {
    const [, workspace] = /^@nova\/(.+)$/.exec(name) ?? [];
    if (workspace !== undefined && !seen.has(`packages/${workspace}`)) {
      neededWorkspaces(`packages/${workspace}`, seen);
    }
  }
  return seen;
}

test('every workspace that the service needs is in the image, built', () => {
  for (const folder of neededWorkspaces('apps/server')) {
    expect(dockerfile).toContain(`COPY ${folder}/package.json /app/${folder}/`);
    expect(dockerfile).toContain(`COPY --from=build /app/${folder}/dist /app/${folder}/dist`);
  }
});

test('every builder can build it: no heredoc, no linked copy, no syntax line, no mounts', () => {
  expect(dockerfile).not.toMatch(/<<|--link|^# *syntax=|--mount/m);
});

test('it runs as 1001, without a shell between Node and the signals', () => {
  expect(dockerfile).toMatch(/^USER 1001:1001$/m);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["nova"\]$/m);
  expect(dockerfile).toMatch(/^EXPOSE 3000 9090$/m);
});

test('nothing but what the build reads goes to the builder', () => {
  const lines = read('.dockerignore').split('\n');
  expect(lines).toContain('*');
  for (const secret of ['.env', '.nova', '.git']) expect(lines).not.toContain(`!${secret}`);
});
