// As an operator would set ejabberd up for what is measured, and nothing beside it: archives in
// PostgreSQL, rooms that a thousand may enter, no limits on who sends.
import path from 'node:path';

export interface Setup {
  /** For its configuration, its log and its own tables. */
  readonly directory: string;
  readonly port: number;
  readonly database: { readonly host: string; readonly port: number; readonly user: string };
}

/** As many as the other peers have. */
const connections = 10;
const occupants = 20_000;

/** The configuration file: JSON, which is YAML. */
export function configuration({ port, database }: Setup): string {
  return JSON.stringify({
    hosts: ['localhost'],
    loglevel: 'warning',
    acme: { auto: false },
    default_db: 'sql',
    sql_type: 'pgsql',
    sql_server: database.host,
    sql_port: database.port,
    sql_database: 'postgres',
    sql_username: database.user,
    sql_pool_size: connections,
    // Any name gets in: no handshake is measured.
    auth_method: ['anonymous'],
    anonymous_protocol: 'login_anon',
    listen: [
      {
        ip: '127.0.0.1',
        port,
        module: 'ejabberd_http',
        backlog: 4_096,
        request_handlers: { '/ws': 'ejabberd_http_ws' },
      },
    ],
    modules: {
      mod_mam: { default: 'always' },
      mod_ping: {},
      mod_muc: {
        max_users: occupants,
        // Who enters or leaves a large room is not told to everybody in it.
        max_users_presence: 1,
        history_size: 0,
        default_room_options: { max_users: occupants, mam: true },
      },
    },
  });
}

/** Of `erl`: one node that no other can reach. */
export function erlangArguments({ directory }: Setup): readonly string[] {
  return [
    ['-noinput', '-start_epmd', 'false'],
    // A thousand sockets and their rooms are a few thousand processes.
    ['+P', '250000'],
    // Schedulers that spin while they wait for work would count as CPU of the service.
    ['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    ['-mnesia', 'dir', JSON.stringify(path.join(directory, 'mnesia'))],
    ['-s', 'ejabberd'],
  ].flat();
}

export function erlangEnvironment({ directory }: Setup, libraries: string) {
  return {
    HOME: directory,
    ERL_LIBS: libraries,
    ERL_CRASH_DUMP_SECONDS: '0',
    EJABBERD_CONFIG_PATH: configurationFile(directory),
    EJABBERD_LOG_PATH: path.join(directory, 'ejabberd.log'),
  };
}

export const configurationFile = (directory: string): string =>
  path.join(directory, 'ejabberd.yml');
