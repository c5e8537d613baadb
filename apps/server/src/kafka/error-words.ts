/** The client wraps errors into errors: the words of the innermost ones, each once. */
export function errorWords(error: unknown): string {
  return [...new Set(innermost(error))].join('; ').slice(0, 500);
}

function innermost(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(innermost);
  if (!(error instanceof Error)) return [String(error)];
  return error.cause instanceof Error ? innermost(error.cause) : [error.message];
}
