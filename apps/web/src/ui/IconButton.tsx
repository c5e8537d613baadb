import type { ComponentProps } from 'preact';
import { Icon, type IconName } from './Icon.tsx';

interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: IconName;
  /** What a screen reader says and a pointer that rests sees. */
  readonly label: string;
}

export function IconButton({ icon, label, class: more = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" class={`icon-button ${more}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
