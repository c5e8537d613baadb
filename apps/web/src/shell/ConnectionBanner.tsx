import { useSession } from '../session/session.ts';
import { Icon } from '../ui/Icon.tsx';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

/** Says why nothing arrives, and when that may change. A first connection under way is no news. */
export function ConnectionBanner() {
  const { nova, tryNow } = useSession();
  const { online, phase, attempt, nextRetryAt } = useSnapshot(nova.connection);
  const waiting = useSnapshot(nova.outbox).filter(({ state }) => state !== 'failed').length;
  const seconds = useSecondsUntil(nextRetryAt);
  const shown = !online && (phase === 'offline' || attempt > 0);
  return (
    <div class="banner-place" role="status">
      {shown && (
        <div class="banner">
          <Icon name="warning" />
          <p>
            <strong>{phase === 'offline' ? 'You are offline.' : 'No connection.'}</strong>{' '}
            {phase === 'offline' ? 'Nova comes back with the network.' : retryWords(seconds)}
            {waiting > 0 && ` ${waitingWords(waiting)}`}
          </p>
          {phase !== 'offline' && (
            <button type="button" class="link-button" onClick={tryNow}>
              Try now
            </button>
          )}
        </div>
      )}
    </div>
  );
}

// The seconds are for the eyes: read out one by one they would drown everything else.
const retryWords = (seconds: number) =>
  seconds > 0 ? <span aria-hidden="true">Next try in {seconds} s.</span> : 'Connecting…';

const waitingWords = (count: number): string =>
  count === 1 ? 'One message waits to be sent.' : `${count} messages wait to be sent.`;
