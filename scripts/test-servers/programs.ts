import { hasBrokerFiles } from '@nova/test-kafka';

/** A program that tests start, and the package of Debian that carries it. */
export interface NeededProgram {
  readonly program: string;
  readonly debianPackage: string;
}

/**
 * Everything the tests need beside what npm installs. Maven only to fetch Kafka once; neither it
 * nor Java where brokers are given.
 */
export function neededPrograms(brokers: string | undefined): readonly NeededProgram[] {
  return [
    { program: 'redis-server', debianPackage: 'redis-server' },
    { program: 'chromium-headless-shell', debianPackage: 'chromium-headless-shell' },
    { program: 'haproxy', debianPackage: 'haproxy' },
    { program: 'promtool', debianPackage: 'prometheus' },
    { program: 'turnserver', debianPackage: 'coturn' },
    { program: 'turnutils_uclient', debianPackage: 'coturn' },
    { program: 'openssl', debianPackage: 'openssl' },
    ...(brokers === undefined ? ownBroker() : []),
  ];
}

const ownBroker = (): readonly NeededProgram[] => [
  { program: 'java', debianPackage: 'default-jre-headless' },
  ...(hasBrokerFiles() ? [] : [{ program: 'mvn', debianPackage: 'maven' }]),
];
