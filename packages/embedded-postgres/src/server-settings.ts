/** Chosen for one service on a small machine; the caller's settings win. */
const TUNED: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  jit: 'off',
  // Short transactional queries gain nothing from helpers, and containers have a small /dev/shm.
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  // Nothing replicates from this server, which lets it write less.
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '80MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  log_checkpoints: 'off',
  timezone: 'UTC',
};

const NOT_DURABLE: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

export interface SettingsOptions {
  readonly durable: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly socketDirectory: string;
  readonly port: number;
  readonly tcp: boolean;
}

/** The `-c name=value` arguments of the server. */
export function serverArguments(options: SettingsOptions): string[] {
  const merged = {
    ...TUNED,
    ...(options.durable ? {} : NOT_DURABLE),
    ...options.settings,
    logging_collector: 'off',
    log_destination: 'stderr',
    listen_addresses: options.tcp ? '127.0.0.1' : '',
    // Quoted, because the setting is a list.
    unix_socket_directories: `"${options.socketDirectory.replaceAll('"', '""')}"`,
    port: String(options.port),
  };
  return Object.entries(merged).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
