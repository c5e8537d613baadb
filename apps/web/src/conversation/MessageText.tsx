import { isEmojiOnly, splitText } from './split-text.ts';

export function MessageText({ text }: { readonly text: string }) {
  return (
    <span class={`message-text ${isEmojiOnly(text) ? 'message-emoji' : ''}`} dir="auto">
      {splitText(text).map(({ text: words, href }, index) =>
        href === null ? (
          words
        ) : (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {words}
          </a>
        ),
      )}
    </span>
  );
}
