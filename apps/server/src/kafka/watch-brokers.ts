import type { KafkaConfig } from './client-options.ts';
import { errorWords } from './error-words.ts';
import { reachBrokers } from './reach.ts';

export interface BrokerWatch {
  readonly up: boolean;
  /** Since a broker last answered. */
  readonly silentMs: number;
  close(): void;
}

const intervalMs = 5_000;
const timeoutMs = 3_000;

/** Whether any broker answers, told when it changes. */
export function watchBrokers(
  config: KafkaConfig,
  onChanged: (up: boolean, reason: string | undefined) => void,
): BrokerWatch {
  let up = true;
  let answeredAt = Date.now();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const reason = await reachBrokers(config, timeoutMs).then(
      () => undefined,
      (error: unknown) => errorWords(error),
    );
    if (closed) return;
    const answered = reason === undefined;
    if (answered) answeredAt = Date.now();
    if (answered !== up) onChanged(answered, reason);
    up = answered;
    timer = setTimeout(look, intervalMs);
  };
  void look();

  return {
    get up() {
      return up;
    },
    get silentMs() {
      return Date.now() - answeredAt;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
