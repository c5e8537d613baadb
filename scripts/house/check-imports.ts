import { rooms, testingRoom } from './rooms.ts';

export interface SourceFile {
  /** Below apps/server/src: `messages/lane.ts`. */
  readonly path: string;
  readonly text: string;
}

const positions = new Map(rooms.flatMap((names, index) => names.map((name) => [name, index])));

/** Imports that point to the left, and rings among rooms that stand side by side. */
export function checkImports(files: readonly SourceFile[]): readonly string[] {
  const problems: string[] = [];
  const edges = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    const from = roomOf(path);
    const isTest = path.endsWith('.test.ts') || from === testingRoom;
    if (!positions.has(from) && !isTest) {
      problems.push(`${path}: ${from} has no place among the rooms`);
      continue;
    }
    if (isTest) continue;
    for (const to of importedRooms(path, text)) {
      if (to === from) continue;
      const reason = refusal(from, to);
      if (reason !== undefined) problems.push(`${path}: ${reason}`);
      else if (positions.get(from) === positions.get(to)) edgesOf(edges, from).add(to);
    }
  }
  return [...new Set(problems), ...rings(edges)];
}

function refusal(from: string, to: string): string | undefined {
  if (to === testingRoom) return 'fixtures of tests are for tests';
  const left = positions.get(from) ?? 0;
  const right = positions.get(to);
  if (right === undefined) return `imports ${to}, which has no place among the rooms`;
  return right < left ? `${from} stands to the right of ${to} and must not import it` : undefined;
}

const roomOf = (path: string): string => path.split('/')[0] ?? path;

function importedRooms(path: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name);
  return specifiers.flatMap((specifier = '') => {
    if (specifier.startsWith('#')) {
      const [room = '', ...rest] = specifier.slice(1).split('/');
      return [rest.length === 0 ? room.replace(/\.js$/, '.ts') : room];
    }
    if (!specifier.startsWith('.')) return [];
    const resolved = new URL(specifier, `file:///${path}`).pathname.slice(1);
    return [roomOf(resolved)];
  });
}

function edgesOf(edges: Map<string, Set<string>>, from: string): Set<string> {
  const known = edges.get(from) ?? new Set<string>();
  edges.set(from, known);
  return known;
}

function rings(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(edges.get(from) ?? [])].some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  const inRing = [...edges.keys()].filter((room) => reaches(room, room));
  return inRing.length === 0 ? [] : [`rooms import each other in a ring: ${inRing.join(', ')}`];
}
