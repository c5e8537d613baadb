import { isNetwork, isUrl } from '../accepts.ts';
import { choice, integer, list, optionalText, share, text } from '../setting.ts';

const process = 'Process';
const http = 'HTTP and metrics';
const telemetry = 'Telemetry';

export const processSettings = {
  APP_ENV: choice('development', ['development', 'production'], {
    section: process,
    description: 'In production the service refuses every default that is not safe there',
  }),
  LOG_LEVEL: choice('info', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    section: process,
    description: 'Least severe lines that are written',
  }),
  NOVA_DATA_DIR: text(
    './.nova',
    { expected: 'a directory' },
    {
      section: process,
      description: 'Where the embedded database and its keys live; unused with DATABASE_URL',
    },
  ),
  DRAIN_SECONDS: integer(45, [0, 3_600], {
    section: process,
    unit: 'seconds',
    description:
      'Time over which a stopping node moves its sockets elsewhere; keep it below the grace period (60)',
  }),
  TRUSTED_PROXIES: list(
    {
      expected: 'addresses, CIDR networks, loopback, linklocal or uniquelocal between commas',
      accepts: isNetwork,
    },
    {
      section: process,
      description:
        'Proxies whose X-Forwarded-For is believed; with none, limits see the peer of the connection',
    },
  ),
  HOST: optionalText(
    { expected: 'an address to listen on' },
    {
      section: http,
      description:
        'Address on which both ports listen; unset, every one (0.0.0.0), but on the embedded default only this machine (127.0.0.1)',
    },
  ),
  PORT: integer(3_000, [0, 65_535], {
    section: http,
    description: 'HTTP and WebSocket; 0 takes a free one',
  }),
  METRICS_PORT: integer(9_090, [0, 65_535], {
    section: http,
    description: 'Prometheus metrics under /metrics; 0 takes a free one',
  }),
  WEB_CLIENT: choice('auto', ['auto', 'on', 'off'], {
    section: http,
    description:
      'Whether the web client is served at /: auto does so on the embedded default alone. Elsewhere people sign in to it with a token',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText(
    { expected: 'an http or https address', accepts: isUrl(['http', 'https']) },
    {
      section: telemetry,
      description: 'OpenTelemetry collector (OTLP over HTTP); unset, nothing is traced or loaded',
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: share(0.05, {
    section: telemetry,
    description: 'Share of the walks that are traced',
  }),
};
