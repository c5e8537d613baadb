/** A piece of a text: words, or an address that can be followed. */
export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

const address = /\bhttps?:\/\/[^\s<>"]+/gi;
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?'’”)\]]+$/;

/** Finds the web addresses in a text. Only http and https: nothing else is ever made a link. */
export function splitText(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const found = trimmed(match[0]);
    if (!URL.canParse(found)) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: found, href: new URL(found).href });
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

function trimmed(found: string): string {
  const short = found.replace(trailing, '');
  // A bracket that the address opened itself belongs to it.
  return found[short.length] === ')' && short.includes('(') ? `${short})` : short;
}

// Not \p{RGI_Emoji}: engines take more than a second to get ready for that list of sequences.
const emojiOnly =
  /^(?:(?:\p{RI}\p{RI}|\p{ExtPict}(?:\p{EMod}|\uFE0F|\u200D\p{ExtPict})*)\s?){1,3}$/u;

/** One to three emoji and nothing else: shown large. */
export const isEmojiOnly = (text: string): boolean => text.length <= 64 && emojiOnly.test(text);
