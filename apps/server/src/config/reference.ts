// Writes the configuration schema out for people: the reference table and the sample environment.
import type { Section, Setting } from './setting.ts';
import { keys, settings } from './settings/index.ts';

const generated = 'Generated from the configuration schema by `npm run docs`; edit that.';

/** docs/configuration.md */
export function configurationMarkdown(): string {
  const sections = bySection().map(([section, entries]) =>
    [
      `## ${section}`,
      '',
      '| key | default | unit | meaning | expected |',
      '|---|---|---|---|---|',
      ...entries.map(
        ([key, setting]) =>
          `| \`${key}\`${setting.secret ? ' 🔒' : ''} | ${defaultCell(setting)} | ${setting.unit ?? ''} | ${cell(setting.description)} | ${cell(setting.expected)} |`,
      ),
      '',
    ].join('\n'),
  );
  return [
    '# Configuration',
    '',
    `<!-- ${generated} -->`,
    '',
    'Every setting is an environment variable. An empty value counts as unset. Everything that is',
    'wrong is listed at once, by name, and the process ends with exit code 78. 🔒 marks keys that',
    'belong into a Secret: their values are shown in no message and no log line.',
    '',
    '`nova doctor` judges the environment, and whatever it names, without starting a node.',
    '',
    ...sections,
    productionMarkdown,
  ].join('\n');
}

/** .env.example */
export function environmentExample(): string {
  const sections = bySection().map(([section, entries]) =>
    [
      `# ---- ${section} ----`,
      ...entries.flatMap(([key, setting]) => [
        `# ${setting.description}${setting.unit === undefined ? '' : ` (${setting.unit})`}.`,
        `# ${key}=${setting.byDefault ?? ''}`,
      ]),
      '',
    ].join('\n'),
  );
  return [
    `# ${generated}`,
    '# With nothing set the service runs on its own database. Uncomment what differs.',
    '',
    ...sections,
  ].join('\n');
}

function bySection(): readonly (readonly [Section, readonly (readonly [string, Setting])[]])[] {
  const entries = keys.map((key): readonly [string, Setting] => [key, settings[key]]);
  const sections = Map.groupBy(entries, ([, setting]) => setting.section);
  return [...sections];
}

function defaultCell({ byDefault }: Setting): string {
  return byDefault === undefined || byDefault === '' ? '_unset_' : `\`${byDefault}\``;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

const productionMarkdown = `## What production refuses

With \`APP_ENV=production\` the service does not start, and names every reason in one message, while

- \`DATABASE_URL\`, \`SECRETBOX_KEY_B64\`, or both of \`JWT_PUBLIC_KEY_PEM\` and \`JWKS_URL\` are unset;
- any value still holds a placeholder (\`CHANGE_ME\`, \`changeme\`, \`example\`, \`<…>\` and the like);
- \`ALLOWED_ORIGINS\` contains \`*\`.

It starts with a warning while \`JWT_ISSUER\`, \`JWT_AUDIENCE\`, \`REDIS_URL\` or \`ALLOWED_ORIGINS\` is
unset, and while \`JWKS_URL\` is not https. A variable that is one slip away from a known key is warned of as well.
`;
