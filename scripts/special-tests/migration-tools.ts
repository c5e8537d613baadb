import { buildTools, builtTool } from './go-tools.ts';

/** Under that name the PATH holds whatever; the one that was built is of a known release. */
const tool = {
  program: 'migrate',
  module: 'github.com/golang-migrate/migrate/v4/cmd/migrate@v4.19.0',
  tags: 'postgres',
};

/** The golang-migrate that ours is compared with. */
export function golangMigrate(): string {
  const path = builtTool(tool.program);
  if (path === undefined) throw new Error('golang-migrate is not built: npm test builds it');
  return path;
}

export const migrationTools = (): Promise<string | undefined> =>
  buildTools(builtTool(tool.program) === undefined ? [tool] : []);
