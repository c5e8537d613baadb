import type { Role } from './entities/member.ts';

/** What a role may do in a group. In a direct conversation both sides hold the role `member`. */
export const capabilities = {
  sendMessage: ['owner', 'admin', 'moderator', 'member'],
  deleteOthersMessage: ['owner', 'admin', 'moderator'],
  updateConversation: ['owner', 'admin'],
  addMember: ['owner', 'admin', 'moderator'],
  removeMember: ['owner', 'admin', 'moderator'],
  setRole: ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Capability = keyof typeof capabilities;

const rank: Record<Role, number> = { owner: 3, admin: 2, moderator: 1, member: 0 };

export function can(role: Role, capability: Capability): boolean {
  const allowed: readonly Role[] = capabilities[capability];
  return allowed.includes(role);
}

/** True where `actor` stands above `target`: equals never act on each other. */
export function outranks(actor: Role, target: Role): boolean {
  return rank[actor] > rank[target];
}
