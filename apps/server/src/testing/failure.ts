import type { ErrorCode } from '@nova/protocol';
import { NovaError } from '../errors.ts';

/** The code a request was refused with, or undefined where it succeeded. */
export async function codeOf(request: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof NovaError) return error.code;
    throw error;
  }
}
