import { Icon } from './Icon.tsx';

interface MenuChoiceProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

/** One of several things of which one holds. */
export function MenuChoice({ label, checked, onChoose }: MenuChoiceProps) {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={-1}
      class="menu-item menu-choice"
      onClick={onChoose}
    >
      <Icon name="check" />
      <span class="menu-choice-label">{label}</span>
    </button>
  );
}
