/** The parts of JSON Schema that the contract uses, for reading its schemas as documents. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

/** The schema as it is published: what the schema library hides in its objects is gone. */
export function plain(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}

/** The type in the words of a table: `string (uuid)`, `Message[]`, `"direct" | "group"`. */
export function typeName(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'object';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' | ');
  if (schema.type === 'array') return arrayName(schema);
  if (schema.format !== undefined) return `${schema.type} (${schema.format})`;
  return schema.type ?? 'any';
}

function arrayName({ items = {} }: JsonSchema): string {
  const name = typeName(items);
  return items.anyOf === undefined ? `${name}[]` : `(${name})[]`;
}

/** The bounds in the words of a table: `1 to 200`, `at most 32 characters`. */
export function boundsOf(schema: JsonSchema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const bounds = [
    span(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    span(minLength, maxLength, ' characters'),
    span(minItems, maxItems, ' entries'),
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ];
  return bounds.filter((text) => text !== '').join(', ');
}

function span(least: number | undefined, most: number | undefined, unit: string): string {
  const from = least === 0 ? undefined : least;
  if (most === undefined) return from === undefined ? '' : `at least ${from}${unit}`;
  return from === undefined ? `at most ${most}${unit}` : `${from} to ${most}${unit}`;
}
