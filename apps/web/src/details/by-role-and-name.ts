import type { Member } from '@nova/protocol';
import { outranks } from '@nova/protocol/wire';
import type { NameOf } from '../people/use-names.ts';

/** Those who can do most come first, and each rank by name. */
export function byRoleAndName(members: readonly Member[], nameOf: NameOf): readonly Member[] {
  return members.toSorted((one, other) => {
    if (outranks(one.role, other.role)) return -1;
    if (outranks(other.role, one.role)) return 1;
    return nameOf(one.userId).localeCompare(nameOf(other.userId));
  });
}
