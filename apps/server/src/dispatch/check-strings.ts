import { invalidField, type NovaError } from '../errors.ts';

/** Deeper than anything the contract declares; the walk itself must not run out of stack. */
const maxDepth = 16;

/**
 * Refuses strings that cannot be stored or shown: lone surrogates and NUL. In JSON both can only
 * be written with an escape, so a text without `\u` needs no walk.
 */
export function checkStrings(json: string, value: unknown): void {
  if (json.includes('\\u')) walk(value, 'data');
}

function walk(value: unknown, field: string, depth = 0): void {
  if (depth > maxDepth) throw refused(field, 'less nesting');
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refused(field, 'well-formed Unicode, no lone surrogate');
    if (value.includes('\0')) throw refused(field, 'no NUL character');
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, join(field, String(index)), depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) walk(item, join(field, name), depth + 1);
  }
}

/** A field name that the client made up is repeated only as far as it is useful. */
const refused = (field: string, expected: string): NovaError =>
  invalidField(field.slice(0, 80), expected);

const join = (field: string, name: string): string =>
  field === 'data' ? name : `${field}.${name}`;
