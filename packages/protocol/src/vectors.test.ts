import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { type EventName, events, type Operation, operations } from './index.ts';
import { afterClose, closeCodes } from './wire.ts';

interface ValidVector {
  readonly note?: string;
  readonly data: unknown;
}
interface InvalidVector {
  readonly note: string;
  /** Dotted path that the error must name. */
  readonly field: string;
  readonly data: unknown;
}
type OperationVectors = Readonly<
  Record<
    string,
    { readonly valid: readonly ValidVector[]; readonly invalid: readonly InvalidVector[] }
  >
>;

function read<Vectors>(name: string): Vectors {
  const file = new URL(`vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), repeated) as Vectors;
}

/** `{"$times": 1001, "of": id}` stands for that many of them, in a list or joined to a text. */
function repeated(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$times' in value)) return value;
  const { $times, of, joined, after } = value as {
    $times: number;
    of: unknown;
    joined?: boolean;
    after?: string;
  };
  const all = Array.from({ length: $times }, () => of);
  return joined ? `${after ?? ''}${all.join('')}` : all;
}

interface Finding {
  readonly instancePath: string;
  readonly params?: unknown;
}

/** Every field that findings name, as dotted paths. */
function fieldsOf(findings: readonly Finding[]): ReadonlySet<string> {
  const names = findings.flatMap(({ instancePath, params }) => {
    const { requiredProperties = [], additionalProperties = [] } = (params ?? {}) as Record<
      string,
      readonly string[] | undefined
    >;
    return [
      instancePath,
      ...[...requiredProperties, ...additionalProperties].map((name) => `${instancePath}/${name}`),
    ];
  });
  return new Set(names.map((name) => name.slice(1).replaceAll('/', '.')));
}

describe('operations', () => {
  const vectors = read<OperationVectors>('operations');

  test('all of them have vectors', () => {
    expect(Object.keys(vectors).toSorted()).toEqual(Object.keys(operations).toSorted());
  });

  describe.each(Object.values(operations).map((each: Operation) => [each.name, each] as const))(
    '%s',
    (name, { input }) => {
      const validator = Compile(input);
      const { valid = [], invalid = [] } = vectors[name] ?? {};

      test.each(valid.map(({ note, data }) => [note ?? JSON.stringify(data), data]))(
        'takes %s',
        (_note, data) => {
          expect([...validator.Errors(data)]).toEqual([]);
          expect(validator.Check(data)).toBe(true);
        },
      );

      test.each(invalid.map(({ note, field, data }) => [note, field, data]))(
        'refuses: %s',
        (_note, field, data) => {
          expect(validator.Check(data)).toBe(false);
          expect(fieldsOf([...validator.Errors(data)])).toContain(field);
        },
      );
    },
  );
});

describe('events', () => {
  const frames =
    read<readonly { event: EventName; pos?: number; conversationId?: string; data: unknown }[]>(
      'events',
    );

  test('all of them have a sample', () => {
    expect(new Set(frames.map(({ event }) => event))).toEqual(new Set(Object.keys(events)));
  });

  test.each(frames.map((frame, index) => [`${frame.event} (${index + 1})`, frame] as const))(
    '%s',
    (_name, { event, pos, conversationId, data }) => {
      const { kind, data: schema } = events[event];
      expect([...Compile(schema).Errors(data)]).toEqual([]);
      const aboutNone = kind === 'control' || event === 'presence.changed';
      if (aboutNone) expect({ pos, conversationId }).toEqual({});
      else expect(conversationId).toBeTypeOf('string');
      if (kind !== 'durable') expect(pos).toBeUndefined();
    },
  );
});

describe('close codes', () => {
  const policy = read<readonly { code: number; afterClose: string }[]>('close-codes');

  test.each(policy.map(({ code, afterClose: action }) => [code, action]))(
    '%i: %s',
    (code, action) => {
      expect(afterClose(Number(code))).toBe(action);
    },
  );

  test('every code of the table has a vector', () => {
    const covered = policy.map(({ code }) => code);
    for (const { code } of Object.values(closeCodes)) expect(covered).toContain(code);
  });
});
