import type { Observable } from '../listeners.ts';
import type { Requests } from '../requests/requests.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { ConversationSummary } from './conversation-view.ts';
import { inboxOf } from './inbox.ts';
import type { LiveConversation } from './live-conversation.ts';

/** The conversations of the user, the most recently active first. */
export class Conversations implements Observable<readonly ConversationSummary[]> {
  readonly #store: ConversationStore;
  readonly #requests: Requests;
  #inbox: readonly ConversationSummary[] | null = null;

  constructor(store: ConversationStore, requests: Requests) {
    this.#store = store;
    this.#requests = requests;
    // The first to hear of a change: whoever asks after that sees it.
    store.subscribe(() => {
      this.#inbox = null;
    });
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  getSnapshot(): readonly ConversationSummary[] {
    this.#inbox ??= inboxOf(this.#store.states());
    return this.#inbox;
  }

  /** A conversation that is known here; see `load` for any other. */
  get(conversationId: string): LiveConversation | undefined {
    return this.#store.get(conversationId);
  }

  /** A conversation, asked for if it is not known here. Rejects with `notFound`. */
  async load(conversationId: string): Promise<LiveConversation> {
    const known = this.#store.get(conversationId);
    if (known !== undefined) return known;
    return this.#store.learn(await this.#requests.request('conversation.get', { conversationId }));
  }

  /** The one direct conversation with somebody, made if there is none. */
  async createDirect(userId: string): Promise<LiveConversation> {
    const input = { kind: 'direct' as const, memberIds: [userId] };
    return this.#store.learn(await this.#requests.request('conversation.create', input));
  }

  async createGroup(
    memberIds: readonly string[],
    { title }: { readonly title?: string } = {},
  ): Promise<LiveConversation> {
    const named = title === undefined ? {} : { title };
    const input = { kind: 'group' as const, memberIds: [...memberIds], ...named };
    return this.#store.learn(await this.#requests.request('conversation.create', input));
  }
}
