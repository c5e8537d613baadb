import { environmentRooms, longFiles, maxLines } from './rooms.ts';

export interface RepositoryFile {
  /** Below the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const vagueWords = /(^|-)(manager|helper|helpers|util|utils|common|base)(-|$)|-service$/;

export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Names, lengths, and who looks at the environment. */
export function checkFiles(files: readonly RepositoryFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => [
    ...checkName(path),
    ...checkLength(path, text),
    ...checkEnvironment(path, text),
  ]);
}

function checkName(path: string): readonly string[] {
  const name = (path.split('/').at(-1) ?? '').replace(/(\.(test|config|d))?\.tsx?$/, '');
  if (path.endsWith('.tsx') && /^([A-Z][a-z0-9]*)+$/.test(name)) return [];
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${path}: the name is not in kebab-case`];
  return vagueWords.test(name) ? [`${path}: the name says nothing; name what it does`] : [];
}

function checkLength(path: string, text: string): readonly string[] {
  const lines = lineCount(text);
  if (lines <= maxLines) {
    return path in longFiles ? [`${path}: is listed as long and has ${lines} lines`] : [];
  }
  return path in longFiles ? [] : [`${path}: ${lines} lines, past ${maxLines}: split it`];
}

function checkEnvironment(path: string, text: string): readonly string[] {
  const room = /^apps\/server\/src\/([^/]+)/.exec(path)?.[1];
  if (room === undefined || path.endsWith('.test.ts') || room === 'testing') return [];
  if (environmentRooms.includes(room) || !/\bprocess\.env\b/.test(text)) return [];
  return [`${path}: only ${environmentRooms.join(' and ')} read process.env`];
}
