/** What the scenarios ask of a peer. */
export interface CreateRequest {
  readonly kind: 'direct' | 'group';
  readonly memberIds: readonly string[];
}

export interface SendRequest {
  readonly conversationId: string;
  readonly id: string;
  readonly text: string;
}
