import path from 'node:path';

/** The migrations that belong to this version of the service. */
export const migrationsDirectory = path.resolve(import.meta.dirname, '../../../../../migrations');
