// The settings that a manifest offers but does not set, as comments at its end: what can be set in
// the ConfigMap and in the Secret stays complete by `npm run docs`.
import { type Key, keys, settings } from '../apps/server/src/config/settings/index.ts';

/** Fixed by the pod itself; setting them in the ConfigMap would only break it. */
export const fixedByThePod: readonly Key[] = [
  // The probes and the services go to these two.
  'PORT',
  'METRICS_PORT',
  // Belongs to the embedded database, which production refuses.
  'NOVA_DATA_DIR',
];

const heading = /^ {2}# Not set here[^\n]*\n/m;

/** The manifest with the lines below its last heading written anew. */
export function withOfferedSettings(manifest: string, { secret }: { secret: boolean }): string {
  const found = heading.exec(manifest);
  if (found === null) throw new Error('the manifest has no heading for what it does not set');
  const set = manifest.slice(0, found.index + found[0].length);
  const offered = keys.filter(
    (key) =>
      settings[key].secret === secret &&
      !fixedByThePod.includes(key) &&
      !new RegExp(`^ {2}${key}:`, 'm').test(set),
  );
  return set + offered.map((key) => `  # ${key}: "${defaultOf(key)}"\n`).join('');
}

export function defaultOf(key: Key): string {
  return (settings[key] as { readonly byDefault?: string }).byDefault ?? '';
}
