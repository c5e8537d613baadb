import type { Conversation } from '@nova/protocol';
import type { Outlet, Requests } from '../requests/requests.ts';

const pageSize = 100;

/** The newest conversations of the inbox, by id, asked for over this very socket. */
export async function listInbox(
  requests: Requests,
  outlet: Outlet,
  limit: number,
): Promise<ReadonlyMap<string, Conversation>> {
  const listed = new Map<string, Conversation>();
  let after: string | undefined;
  do {
    const where = after === undefined ? {} : { after };
    const input = { limit: pageSize, ...where };
    const page = await requests.requestOn(outlet, 'conversation.list', input);
    for (const conversation of page.conversations) listed.set(conversation.id, conversation);
    after = page.nextPage;
  } while (after !== undefined && listed.size < limit);
  return listed;
}
