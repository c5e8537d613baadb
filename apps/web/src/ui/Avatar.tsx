import type { ComponentChildren } from 'preact';
import { hueOf } from './hue-of.ts';
import { Icon } from './Icon.tsx';

interface AvatarProps {
  /** The same id always has the same colour. */
  readonly id: string;
  readonly name: string;
  readonly kind?: 'person' | 'group';
  readonly size?: 'small' | 'large' | 'huge';
  /** A mark at its corner, such as presence. */
  readonly children?: ComponentChildren;
}

/** Decoration: the name always stands beside it. */
export function Avatar({ id, name, kind = 'person', size, children }: AvatarProps) {
  const initials = initialsOf(name);
  return (
    <span
      class={`avatar avatar-${kind} ${hueOf(id)} ${size === undefined ? '' : `avatar-${size}`}`}
      aria-hidden="true"
    >
      {initials === '' ? <Icon name={kind === 'group' ? 'group' : 'person'} /> : initials}
      {children}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const [first = '', ...rest] = words;
  const last = rest.at(-1) ?? '';
  return `${[...first][0] ?? ''}${[...last][0] ?? ''}`.toUpperCase();
}
