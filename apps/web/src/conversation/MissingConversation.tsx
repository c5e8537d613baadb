export function MissingConversation({ words }: { readonly words: string }) {
  return (
    <div class="empty-pane">
      <h2>Nothing to see here</h2>
      <p>{words}</p>
      <a class="button" href="#/">
        Back to the inbox
      </a>
    </div>
  );
}
