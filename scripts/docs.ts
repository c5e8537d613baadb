// Writes the documents that are made from the sources: `npm run docs`; `-- --check` only compares.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { configurationMarkdown, environmentExample } from '../apps/server/src/config/reference.ts';
import { asyncApiDocument } from '../apps/server/src/documents/asyncapi.ts';
import { contractMarkdown } from '../apps/server/src/documents/contract-markdown.ts';
import { openApiDocument } from '../apps/server/src/documents/openapi.ts';
import { metricsMarkdown } from '../apps/server/src/observe/metrics-reference.ts';
import { publishedEventsSchema } from '../apps/server/src/relay/event-documents.ts';
import { userEventsSchema } from '../apps/server/src/user-events/user-event-documents.ts';
import { capacityMarkdown } from './capacity/capacity-markdown.ts';
import { readFigures } from './capacity/read-figures.ts';
import { readPod } from './capacity/read-pod.ts';
import { withOfferedSettings } from './offered-settings.ts';
import { rootDirectory } from './run-command.ts';

async function documents(): Promise<Readonly<Record<string, string>>> {
  const { version } = JSON.parse(
    await readFile(join(rootDirectory, 'apps/server/package.json'), 'utf8'),
  ) as { version: string };
  const manifest = async (name: string, secret: boolean) => {
    const path = `deploy/kubernetes/messaging-service-${name}.yaml`;
    const text = await readFile(join(rootDirectory, path), 'utf8');
    return { [path]: withOfferedSettings(text, { secret }) };
  };
  const read = (path: string) => readFile(join(rootDirectory, path), 'utf8');
  const figures = readFigures(await read('bench/RESULTS.md'));
  const pod = readPod(
    await read('deploy/kubernetes/messaging-service-deployment.yaml'),
    await read('deploy/kubernetes/messaging-service-hpa.yaml'),
  );
  const json = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return {
    '.env.example': environmentExample(),
    ...(await manifest('configmap', false)),
    ...(await manifest('secret', true)),
    'docs/capacity.md': capacityMarkdown(figures, pod),
    'docs/configuration.md': configurationMarkdown(),
    'docs/metrics.md': metricsMarkdown(),
    'docs/generated/protocol.md': contractMarkdown(),
    'docs/generated/openapi.json': json(openApiDocument({ version })),
    'docs/generated/kafka-events.json': json(publishedEventsSchema()),
    'docs/generated/kafka-user-events.json': json(userEventsSchema()),
    'docs/generated/asyncapi.json': json(asyncApiDocument({ version })),
  };
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const old: string[] = [];
for (const [name, text] of Object.entries(await documents())) {
  const path = join(rootDirectory, name);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === text) continue;
  old.push(name);
  if (values.check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
if (values.check && old.length > 0) {
  console.error(`out of date, run \`npm run docs\`: ${old.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log(old.length === 0 ? 'all documents are current' : `wrote ${old.join(', ')}`);
}
