import { Icon, type IconName } from './Icon.tsx';

interface MenuItemProps {
  readonly icon: IconName;
  readonly label: string;
  readonly grave?: boolean;
  readonly onChoose: () => void;
}

export function MenuItem({ icon, label, grave = false, onChoose }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={`menu-item ${grave ? 'menu-item-grave' : ''}`}
      onClick={onChoose}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
}
