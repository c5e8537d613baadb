import { Check } from 'typebox/value';
import type { Config } from './config.ts';
import { judgeKafka } from './kafka-keys.ts';
import { nearMisses } from './near-miss.ts';
import { nest } from './nest.ts';
import { judgeProduction, placeholders } from './production.ts';
import type { Setting } from './setting.ts';
import { type Key, keys, settings, type Values } from './settings/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      readonly warnings: readonly string[];
    };

/**
 * Reads the whole configuration from `env` and tells everything that is wrong with it at once.
 * An empty value counts as unset. Secret values appear in no message.
 */
export function readConfig(env: Environment): ConfigResult {
  const texts = presentTexts(env);
  const production = isProduction(texts);
  const values: Record<string, unknown> = {};
  const problems = new Map<Key, string>();

  for (const key of keys) {
    const setting: Setting = settings[key];
    const text = texts.get(key) ?? setting.byDefault;
    if (text === undefined) continue;
    const value = setting.parse(text);
    if (Check(setting.schema, value) && (setting.accepts?.(text) ?? true)) values[key] = value;
    else problems.set(key, refusal(key, setting, text));
  }
  if (production) for (const key of placeholders(texts)) problems.set(key, placeholderIn(key));

  const failed = new Set(problems.keys());
  const judged = production ? judgeProduction(values, failed) : { problems: [], warnings: [] };
  const kafka = judgeKafka(values, failed);
  const warnings = [
    ...nearMisses(Object.keys(env), keys).map(
      ({ found, meant }) => `${found} is not a key of this service: did you mean ${meant}?`,
    ),
    ...unusedPasswords(texts),
    ...kafka.warnings,
    ...judged.warnings,
  ];
  const all = [
    ...problems.values(),
    ...kafka.problems,
    ...turnProblems(values),
    ...judged.problems,
  ];
  if (all.length > 0) return { ok: false, problems: all, warnings };
  return { ok: true, config: nest(values as unknown as Values), warnings };
}

/** What in a production environment still has to be replaced: all that a migration needs to know. */
export function placeholdersIn(env: Environment): readonly string[] {
  const texts = presentTexts(env);
  return isProduction(texts) ? placeholders(texts).map(placeholderIn) : [];
}

function isProduction(texts: ReadonlyMap<Key, string>): boolean {
  return (texts.get('APP_ENV') ?? settings.APP_ENV.byDefault) === 'production';
}

function placeholderIn(key: Key): string {
  return `${key}: still holds a placeholder; expected ${settings[key].expected}`;
}

/** Values cut at both ends: a secret made from a file often brings its line break along. */
function presentTexts(env: Environment): ReadonlyMap<Key, string> {
  const texts = new Map<Key, string>();
  for (const key of keys) {
    const text = env[key]?.trim();
    if (text !== undefined && text !== '') texts.set(key, text);
  }
  return texts;
}

function refusal(key: Key, { expected, unit, secret }: Setting, text: string): string {
  const found = secret ? '' : `, found ${JSON.stringify(text)}`;
  return `${key}: expected ${expected}${unit === undefined ? '' : ` (${unit})`}${found}`;
}

/** Neither half of TURN is of any use without the other: clients would try and be refused. */
function turnProblems({ TURN_URLS, TURN_SECRETS }: Partial<Values>): readonly string[] {
  if (TURN_URLS === undefined || TURN_SECRETS === undefined) return [];
  if (TURN_SECRETS.length > 3) return ['TURN_SECRETS: expected at most three secrets'];
  if (TURN_URLS.length > 0 && TURN_SECRETS.length === 0) {
    return ['TURN_SECRETS: expected the secret of the servers that TURN_URLS names'];
  }
  const unused = TURN_SECRETS.length > 0 && TURN_URLS.length === 0;
  return unused ? ['TURN_URLS: expected the servers that TURN_SECRETS is the secret of'] : [];
}

function unusedPasswords(texts: ReadonlyMap<Key, string>): readonly string[] {
  const pairs = [
    ['POSTGRES_PASSWORD', 'DATABASE_URL'],
    ['REDIS_PASSWORD', 'REDIS_URL'],
  ] as const;
  return pairs
    .filter(([password, address]) => texts.has(password) && !texts.has(address))
    .map(([password, address]) => `${password} is set but ${address} is not: it has no effect`);
}
