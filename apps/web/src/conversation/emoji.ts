/** The reactions most people want. */
export const emojiAtHand = ['👍', '❤️', '😂', '😮', '😢', '🎉'] as const;

/** And some more: what the menu can show without becoming a keyboard. */
export const emojiMore = [
  ...['👎', '👏', '🙏', '💪', '🤝', '👀', '🔥', '✨', '💯', '✅', '❌', '❓'],
  ...['😀', '😅', '😉', '😍', '🥰', '😎', '🤔', '😴', '😡', '🤯', '🥳', '🤗'],
  ...['☕', '🍕', '🎂', '🚀', '⭐', '🌈'],
] as const;
