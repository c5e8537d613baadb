import pg from 'pg';
import type { MigrationTarget } from './database-url.ts';

/** One connection: the lock belongs to the session that runs the migrations. */
export async function connect(target: MigrationTarget): Promise<pg.Client> {
  try {
    return await open(target, target.connectionString);
  } catch (error) {
    const refused = error instanceof Error && error.message.includes('does not support SSL');
    if (!target.tlsOptional || !refused) throw error;
    return await open(target, target.connectionString.replace('sslmode=prefer', 'sslmode=disable'));
  }
}

async function open(target: MigrationTarget, connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'migrate',
    keepAlive: true,
    ...(target.statementTimeoutMs > 0 && { statement_timeout: target.statementTimeoutMs }),
  });
  // A connection that breaks between queries fails the next one, which is reported.
  client.on('error', () => {});
  await client.connect();
  return client;
}
