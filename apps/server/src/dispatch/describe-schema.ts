interface SchemaLike {
  readonly type?: string;
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly SchemaLike[];
  readonly items?: SchemaLike;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaLike>>;
}

/** What a schema expects, in words for the person who sent something else. */
export function describeSchema(schema: SchemaLike): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) {
    const parts = schema.anyOf.map(describeSchema);
    const literals = schema.anyOf.every((one) => one.const !== undefined);
    return literals ? `one of ${parts.join(', ')}` : parts.join(' or ');
  }
  switch (schema.type) {
    case 'string':
      return describeString(schema);
    case 'integer':
      return `an integer ${range(schema.minimum, schema.maximum)}`.trimEnd();
    case 'array':
      return `an array of ${count(schema.minItems, schema.maxItems)}, each ${describeSchema(schema.items ?? {})}`;
    case 'object':
      return 'an object';
    case 'null':
      return 'null';
    case 'boolean':
      return 'true or false';
    default:
      return 'a value';
  }
}

function describeString(schema: SchemaLike): string {
  if (schema.format === 'uuid') return 'a UUID';
  if (schema.pattern === '^https://')
    return `an https address of at most ${schema.maxLength} characters`;
  const { minLength, maxLength } = schema;
  if (minLength === undefined && maxLength === undefined) return 'a string';
  return `a string of ${count(minLength, maxLength)} characters`;
}

function count(min: number | undefined, max: number | undefined): string {
  if (max === undefined) return `at least ${min ?? 0}`;
  return min === undefined || min === 0 ? `at most ${max}` : `${min} to ${max}`;
}

function range(min: number | undefined, max: number | undefined): string {
  if (max === undefined || max === Number.MAX_SAFE_INTEGER) {
    return min === undefined ? '' : `of at least ${min}`;
  }
  return `from ${min ?? 0} to ${max}`;
}

/** The schema that stands at a path such as `memberIds.3`, if the schema has one there. */
export function schemaAt(schema: SchemaLike, path: readonly string[]): SchemaLike | undefined {
  let at: SchemaLike | undefined = schema;
  for (const step of path) {
    at = /^[0-9]+$/.test(step) && at?.items !== undefined ? at.items : at?.properties?.[step];
  }
  return at;
}
