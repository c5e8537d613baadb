import { type Static, type TSchema, Type } from 'typebox';

export type Section =
  | 'Process'
  | 'HTTP and metrics'
  | 'PostgreSQL'
  | 'Redis'
  | 'Kafka'
  | 'Sockets'
  | 'Messages and groups'
  | 'Calls'
  | 'Authentication'
  | 'Encryption at rest'
  | 'Rate limits'
  | 'Telemetry';

/** One key of the environment: what it must look like and what a person should know of it. */
export interface Setting<Schema extends TSchema = TSchema> {
  readonly section: Section;
  readonly schema: Schema;
  /** Completes the sentence "expected …" when a value is refused. */
  readonly expected: string;
  readonly description: string;
  readonly unit?: string;
  /** The text that an unset key stands for; absent where being unset has a meaning of its own. */
  readonly byDefault?: string;
  /** Belongs into a Secret and is never shown, neither in problems nor in logs. */
  readonly secret: boolean;
  /** Turns the text of the environment into the value that the schema then judges. */
  readonly parse: (text: string) => unknown;
  /** What a JSON Schema cannot say: addresses that parse, keys of the right length. */
  readonly accepts?: (text: string) => boolean;
}

export type ValueOf<Entry extends Setting> = Entry extends { readonly byDefault: string }
  ? Static<Entry['schema']>
  : Static<Entry['schema']> | undefined;

interface Words {
  readonly section: Section;
  readonly description: string;
  readonly secret?: boolean;
}

interface Shape {
  readonly expected: string;
  readonly accepts?: (text: string) => boolean;
}

const asIs = (text: string) => text;
const visible = { secret: false };

/** A whole number in decimal digits; `1e3`, `0x10` and `10s` are refused, not guessed at. */
export function integer(
  byDefault: number,
  [minimum, maximum]: readonly [minimum: number, maximum: number],
  words: Words & { readonly unit?: string },
) {
  return {
    ...visible,
    ...words,
    schema: Type.Integer({ minimum, maximum }),
    expected: `a whole number from ${minimum} to ${maximum}`,
    byDefault: String(byDefault),
    parse: (text: string) => (/^-?\d+$/.test(text) ? Number(text) : text),
  };
}

/** A decimal fraction between 0 and 1. */
export function share(byDefault: number, words: Words) {
  return {
    ...visible,
    ...words,
    schema: Type.Number({ minimum: 0, maximum: 1 }),
    expected: 'a number from 0 to 1',
    byDefault: String(byDefault),
    parse: (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text),
  };
}

export function choice<const Values extends string[]>(
  byDefault: Values[number],
  values: readonly [...Values],
  words: Words,
) {
  return {
    ...visible,
    ...words,
    schema: Type.Enum([...values]),
    expected: `one of ${values.join(', ')}`,
    byDefault,
    parse: asIs,
  };
}

/** `true` or `false`, spelled so. */
export function flag(byDefault: boolean, words: Words) {
  return {
    ...visible,
    ...words,
    schema: Type.Boolean(),
    expected: 'true or false',
    byDefault: String(byDefault),
    parse: (text: string) => (text === 'true' || text === 'false' ? text === 'true' : text),
  };
}

export function text(byDefault: string, shape: Shape, words: Words) {
  return { ...visible, ...words, ...shape, schema: Type.String(), byDefault, parse: asIs };
}

export function optionalText(shape: Shape, words: Words) {
  return { ...visible, ...words, ...shape, schema: Type.String(), parse: asIs };
}

/** Entries between commas; unset is the empty list. `accepts` judges each entry. */
export function list({ expected, accepts }: Shape, words: Words) {
  return {
    ...visible,
    ...words,
    expected,
    schema: Type.Array(Type.String()),
    byDefault: '',
    parse: splitList,
    ...(accepts === undefined
      ? {}
      : { accepts: (value: string) => splitList(value).every((entry) => accepts(entry)) }),
  };
}

export function splitList(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
