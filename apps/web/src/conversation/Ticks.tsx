import { Icon, type IconName } from '../ui/Icon.tsx';
import type { Receipt } from './receipt-of.ts';

type State = Receipt | 'queued' | 'sending';

const looks: Readonly<Record<State, readonly [icon: IconName, words: string]>> = {
  queued: ['clock', 'Waiting to be sent'],
  sending: ['clock', 'Sending'],
  sent: ['check', 'Sent'],
  delivered: ['checks', 'Delivered'],
  read: ['checks', 'Read'],
};

export function Ticks({ state }: { readonly state: State }) {
  const [icon, words] = looks[state];
  return (
    <span class={`ticks ticks-${state}`} title={words}>
      <Icon name={icon} />
      <span class="unseen">{words}</span>
    </span>
  );
}
