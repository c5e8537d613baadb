/** `850µs`, `12.3ms`, `4.56s`, `2m5.1s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1) return `${Math.round(durationMs * 1000)}µs`;
  if (durationMs < 1000) return `${Number(durationMs.toPrecision(3))}ms`;
  if (durationMs < 60_000) return `${Number((durationMs / 1000).toPrecision(3))}s`;
  const seconds = Number(((durationMs % 60_000) / 1000).toFixed(1));
  return `${Math.floor(durationMs / 60_000)}m${seconds}s`;
}
