import type { ComponentChildren } from 'preact';
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

const hues = 8;

/** Decoration: the name always stands beside it. */
export function Avatar({ id, name, kind = 'person', size, children }: AvatarProps) {
  const initials = initialsOf(name);
  return (
    <span
      class={`avatar avatar-${kind} hue-${hueOf(id)} ${size === undefined ? '' : `avatar-${size}`}`}
      aria-hidden="true"
    >
      {initials === '' ? <Icon name={kind === 'group' ? 'group' : 'person'} /> : initials}
      {children}
    </span>
  );
}

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % hues;
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const [first = '', ...rest] = words;
  const last = rest.at(-1) ?? '';
  return `${[...first][0] ?? ''}${[...last][0] ?? ''}`.toUpperCase();
}
