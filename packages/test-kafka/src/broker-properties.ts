export interface BrokerPorts {
  readonly plain: number;
  readonly secure: number;
  readonly controller: number;
}

/** The one user whom the secure listener knows. */
export const brokerUser = { username: 'nova', password: 'pass-of-the-test' } as const;

/** One node that is broker and controller, with the small internal topics that one node can hold. */
export function brokerProperties(directory: string, ports: BrokerPorts): string {
  const host = '127.0.0.1';
  const advertised = `PLAINTEXT://${host}:${ports.plain},SECURE://${host}:${ports.secure}`;
  const modules = 'org.apache.kafka.common.security';
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${host}:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${advertised},CONTROLLER://${host}:${ports.controller}`,
    'advertised.listeners': advertised,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'listener.name.secure.ssl.keystore.type': 'PKCS12',
    'listener.name.secure.ssl.keystore.location': `${directory}/keys.p12`,
    'listener.name.secure.ssl.keystore.password': brokerUser.password,
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_${brokerUser.username}="${brokerUser.password}";`,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
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
