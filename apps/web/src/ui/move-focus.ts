const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowRight: 1,
  ArrowUp: -1,
  ArrowLeft: -1,
};

/** Arrow keys, Home and End move the focus among the elements of a list; others do nothing. */
export function moveFocus(event: KeyboardEvent, list: HTMLElement | null, selector: string): void {
  const items = [...(list?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const step = steps[event.key];
  const to =
    event.key === 'Home'
      ? 0
      : event.key === 'End'
        ? items.length - 1
        : step === undefined
          ? -1
          : (at + step + items.length) % items.length;
  if (items[to] === undefined) return;
  event.preventDefault();
  items[to].focus();
}
