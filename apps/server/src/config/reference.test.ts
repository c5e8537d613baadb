import { expect, test } from 'vitest';
import { readConfig } from './read-config.ts';
import { configurationMarkdown, environmentExample } from './reference.ts';
import { keys, settings } from './settings/index.ts';

test('the reference names every key exactly once', () => {
  const named = [...configurationMarkdown().matchAll(/^\| `([A-Z0-9_]+)`/gm)].map((row) => row[1]);
  expect(named.toSorted()).toEqual(keys.toSorted());
});

test('the sample, with every line uncommented, is the default configuration', () => {
  const sample = [...environmentExample().matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)];
  expect(sample.length).toBe(keys.length);
  const env = Object.fromEntries(sample.map(([, key, value]) => [key, value]));
  expect(readConfig(env)).toEqual(readConfig({}));
});

test('every default passes its own schema', () => {
  expect(readConfig({})).toMatchObject({ ok: true, warnings: [] });
});

test('no secret has a default', () => {
  const withDefault = keys.filter(
    (key) => settings[key].secret && 'byDefault' in settings[key] && settings[key].byDefault !== '',
  );
  expect(withDefault).toEqual([]);
});
