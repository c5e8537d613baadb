import { signal } from '@preact/signals';

/** A call covers the whole page: what lies below must not be reached with the keyboard. */
export const covering = signal(false);
