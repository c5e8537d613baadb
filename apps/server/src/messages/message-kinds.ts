import type { MessageKind } from '@nova/protocol';

/** Numbers of the `kind` column: added, never changed or reused. */
export const messageKinds = {
  text: 1,
  system: 2,
  voice: 3,
  attachment: 4,
  location: 5,
  call: 6,
} as const satisfies Record<MessageKind, number>;

const names = new Map<number, MessageKind>(
  Object.entries(messageKinds).map(([name, number]) => [number, name as MessageKind]),
);

export function messageKindName(number: number): MessageKind {
  const name = names.get(number);
  if (name === undefined) throw new Error(`unknown message kind ${number}`);
  return name;
}
