import type { Findings } from './production.ts';
import type { Key, Values } from './settings/index.ts';

/** Keys of Kafka that make sense only together, once each is well formed. */
export function judgeKafka(values: Partial<Values>, failed: ReadonlySet<Key>): Findings {
  const problems: string[] = [];
  const mechanism = values.KAFKA_SASL_MECHANISM ?? 'none';
  for (const key of ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const) {
    if (mechanism !== 'none' && values[key] === undefined && !failed.has(key)) {
      problems.push(`${key}: required with KAFKA_SASL_MECHANISM=${mechanism}`);
    }
  }
  const warnings: string[] = [];
  if (mechanism === 'none' && values.KAFKA_SASL_USERNAME !== undefined) {
    warnings.push('KAFKA_SASL_USERNAME is unused: KAFKA_SASL_MECHANISM is none');
  }
  if (values.KAFKA_TLS_CA_PEM !== undefined && values.KAFKA_TLS !== true) {
    warnings.push('KAFKA_TLS_CA_PEM is unused: KAFKA_TLS is false');
  }
  if (mechanism === 'plain' && values.KAFKA_TLS !== true) {
    warnings.push('KAFKA_SASL_MECHANISM is plain without KAFKA_TLS: the password travels in clear');
  }
  return { problems, warnings };
}
