const alone = [
  /\bconcurrently\b/,
  /\b(create|drop) (database|tablespace)\b/,
  /(^|;) ?(vacuum|alter system|reindex (database|system))\b/,
];

/** Whether a file has a statement that PostgreSQL runs only by itself, outside of a transaction. */
export function refusesTransactions(text: string): boolean {
  const sql = normalised(text);
  return alone.some((statement) => statement.test(sql));
}

/** The name of the index that a file builds beside the traffic. */
export function concurrentIndexOf(text: string): string | undefined {
  const form = /\bcreate (?:unique )?index concurrently (?:if not exists )?(\w+)/;
  return form.exec(normalised(text))?.[1];
}

function normalised(text: string): string {
  return text
    .replaceAll(/--[^\n]*|\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
