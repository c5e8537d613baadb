import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { moveFocus } from './move-focus.ts';

interface MenuProps {
  readonly label: string;
  /** The menu opens beside it; on a narrow screen it rises from the bottom. */
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

const edgePx = 8;

/** A menu in the browser's top layer, closed by Escape, by Tab and by a press elsewhere. */
export function Menu({ label, anchor, onClose, children }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = ref.current;
    if (menu === null) return;
    menu.showPopover();
    place(menu, anchor.getBoundingClientRect());
    menu.querySelector<HTMLElement>('[role^="menuitem"]')?.focus({ preventScroll: true });
    return () => {
      if (menu.contains(document.activeElement)) anchor.focus({ preventScroll: true });
    };
  }, [anchor]);
  return (
    <div
      ref={ref}
      popover="auto"
      role="menu"
      tabIndex={-1}
      class="menu"
      aria-label={label}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Tab') onClose();
        else moveFocus(event, ref.current, '[role^="menuitem"]');
      }}
    >
      {children}
    </div>
  );
}

function place(menu: HTMLElement, around: DOMRect): void {
  const { offsetWidth, offsetHeight } = menu;
  const below = around.bottom + edgePx + offsetHeight < innerHeight;
  const top = below ? around.bottom + 4 : around.top - offsetHeight - 4;
  const left = Math.min(around.left, innerWidth - offsetWidth - edgePx);
  menu.style.setProperty('--top', `${Math.max(edgePx, top)}px`);
  menu.style.setProperty('--left', `${Math.max(edgePx, left)}px`);
}
