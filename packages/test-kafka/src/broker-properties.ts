export interface BrokerPorts {
  readonly plain: number;
  readonly controller: number;
}

/** One node that is broker and controller, with the small internal topics that one node can hold. */
export function brokerProperties(directory: string, ports: BrokerPorts): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${ports.plain},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.plain}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': `${directory}/log`,
    'num.partitions': '3',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // Soon after it was killed it takes itself in again.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '200',
    'log.cleaner.enable': 'false',
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

export const logging = `Configuration:
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "%p %c %m%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        - ref: out
`;
