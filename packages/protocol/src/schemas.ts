import { type TSchema, Type } from 'typebox';
import { limits } from './limits.ts';

/** A UUID in its text form; letters of either case come in, lower case goes out. */
export const Uuid = (description: string) =>
  Type.String({
    format: 'uuid',
    pattern: '^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$',
    description,
  });

export const Timestamp = (description: string) =>
  Type.String({ format: 'date-time', description: `${description} (ISO 8601, UTC, milliseconds)` });

/** Position numbers stay far below 2^53, so a JSON number carries them exactly. */
export const Counter = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

export const closed = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  options: { description?: string; $id?: string; minProperties?: number } = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const IdempotencyKey = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: limits.idempotencyKeyLength,
    description: `A retry with the same key returns the first reply for ${limits.idempotencyKeyHours} hours; over HTTP the Idempotency-Key header says the same`,
  }),
);

export const Cursor = (description: string) =>
  Type.String({ minLength: 1, maxLength: limits.cursorLength, description });

export const PageLimit = (max: number, byDefault: number) =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: max, default: byDefault, description: 'Page size' }),
  );
