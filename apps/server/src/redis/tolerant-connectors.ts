/**
 * How sockets to Redis are opened. The client library listens for the first error of a socket only;
 * a TLS connection that is refused can have a second, which nobody would catch.
 */
import net from 'node:net';
import tls from 'node:tls';
import { AbstractConnector, SentinelConnector } from 'ioredis';

interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: tls.ConnectionOptions;
  readonly disconnectTimeout?: number;
}

type Stream = net.Socket | tls.TLSSocket;

const nothing = (): void => undefined;
const disconnectMs = 2_000;

/** To one server, or to a node of a cluster. */
export class TolerantConnector extends AbstractConnector {
  readonly #target: Target;

  constructor(options: unknown) {
    const target = options as Target;
    super(target.disconnectTimeout ?? disconnectMs);
    this.#target = target;
  }

  async connect(): Promise<Stream> {
    const { host = '127.0.0.1', port = 6_379, tls: encrypted } = this.#target;
    this.connecting = true;
    const stream =
      encrypted === undefined
        ? net.connect({ host, port })
        : tls.connect({
            host,
            port,
            ...(net.isIP(host) === 0 ? { servername: host } : {}),
            ...encrypted,
          });
    stream.once('error', (error) => {
      this.firstError = error;
    });
    stream.on('error', nothing);
    this.stream = stream;
    return stream;
  }
}

/** To the master that sentinels name. */
export class TolerantSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof SentinelConnector>[0]);
  }

  override async connect(emitter: (type: string, error: Error) => void): Promise<Stream> {
    const stream = await super.connect(emitter);
    stream.on('error', nothing);
    return stream;
  }
}
