import { addMembers } from './add-members.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import { createConversation } from './create-conversation.ts';
import { getConversation } from './get-conversation.ts';
import { leaveConversation } from './leave-conversation.ts';
import { listConversations } from './list-conversations.ts';
import { listMembers } from './list-members.ts';
import { removeMember } from './remove-member.ts';
import { setRole } from './set-role.ts';
import { updateConversation } from './update-conversation.ts';

export const conversationHandlers = (deps: ConversationDeps) => [
  createConversation(deps),
  listConversations(deps),
  getConversation(deps),
  updateConversation(deps),
  leaveConversation(deps),
  listMembers(deps),
  addMembers(deps),
  removeMember(deps),
  setRole(deps),
];
