import path from 'node:path';
import pg from 'pg';

/**
 * Runs the text of a migration file in one simple query, which PostgreSQL makes one transaction if
 * it holds several statements. A statement that refuses transactions therefore needs a file of its
 * own, or `x-multi-statement=true` in the database URL, which cuts every file at each semicolon.
 *
 * @param last A statement of ours that belongs to the same transaction.
 */
export async function runFile(
  client: pg.Client,
  file: { readonly path: string; readonly text: string },
  { multiStatement, last = '' }: { readonly multiStatement: boolean; readonly last?: string },
): Promise<void> {
  const { text } = file;
  const statements = multiStatement ? text.split(/(?<=;)/) : [last ? `${text}\n;${last}` : text];
  let offset = 0;
  for (const statement of statements) {
    try {
      if (statement.trim() !== '') await client.query(statement);
    } catch (error) {
      throw new Error(describe(path.basename(file.path), text, offset, error), { cause: error });
    }
    offset += [...statement].length;
  }
}

function describe(name: string, text: string, offset: number, error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) return `migration failed: ${name}: ${String(error)}`;
  const place = error.position && placeOf(text, offset + Number(error.position));
  const notes = [
    error.where && `context: ${error.where}`,
    error.detail && `detail: ${error.detail}`,
    error.hint && `hint: ${error.hint}`,
  ];
  const head = `migration failed: ${name}${place || ''}: ${error.message}`;
  return [head, ...notes.filter(Boolean)].join('\n');
}

/** PostgreSQL counts characters, from 1. */
function placeOf(text: string, position: number): string {
  const before = [...text].slice(0, position - 1).join('');
  const lines = before.split('\n');
  return `, line ${lines.length}, column ${[...(lines.at(-1) ?? '')].length + 1}`;
}
