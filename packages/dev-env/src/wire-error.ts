import type { ErrorCode, ErrorObject } from '@nova/protocol/wire';

/** A request that the service refused, as it came over the wire. */
export class WireError extends Error {
  readonly code: ErrorCode;
  readonly object: ErrorObject;

  constructor(request: string, object: ErrorObject) {
    super(`${request}: ${object.code}: ${object.message}`);
    this.name = 'WireError';
    this.code = object.code;
    this.object = object;
  }

  /** The fields that the error names. */
  get fields(): readonly string[] {
    return (this.object.details ?? []).map((detail) => detail.field);
  }
}
