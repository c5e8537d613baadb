/** The plans of the statements that some code runs: with its values, and with none in view. */
import type { Database, Queryable, Statement } from '#db/database.js';

export interface ExplainedStatement {
  readonly name: string;
  /** `Index Scan members_user`, `Seq Scan users`: what reads tables, in either plan. */
  readonly scans: readonly string[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Runs `body`, then asks for the plans of what it read and wrote; its writes stay. */
export async function explain(
  db: Database,
  body: (recording: Database) => Promise<unknown>,
): Promise<ExplainedStatement[]> {
  const recorded: { statement: Statement; values: readonly unknown[] }[] = [];
  const recording = (queryable: Queryable): Queryable => ({
    rows(statement, values = []) {
      recorded.push({ statement, values });
      return queryable.rows(statement, values);
    },
  });
  await body({
    ...recording(db),
    transaction: (run) => db.transaction((tx) => run(recording(tx))),
    close: async () => {},
  });

  const explained: ExplainedStatement[] = [];
  for (const { statement, values } of recorded) {
    const custom = await plan(db, `explain (format json) ${statement.text}`, values);
    // What the server falls back to once a prepared statement has been used a few times.
    const generic = await plan(db, `explain (generic_plan, format json) ${statement.text}`, []);
    const scans = [...new Set([...scansOf(custom), ...scansOf(generic)])].sort();
    explained.push({ name: statement.name, scans });
  }
  return explained;
}

async function plan(db: Database, text: string, values: readonly unknown[]): Promise<PlanNode> {
  const rows = await db.rows<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({ name: '', text }, values);
  const [row] = rows;
  if (row === undefined) throw new Error('no plan');
  return row['QUERY PLAN'][0].Plan;
}

function scansOf(node: PlanNode): string[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  const scanned = node['Index Name'] ?? node['Relation Name'];
  const type = node['Node Type'];
  return scanned !== undefined && type.includes('Scan') ? [`${type} ${scanned}`, ...below] : below;
}
