import { createInterface, type Interface } from 'node:readline';

export interface ScreenOptions {
  readonly onLine: (line: string) => void;
  readonly onKey: () => void;
  readonly onEnd: () => void;
}

const clearLine = '\r\u001b[2K';
const upAndClear = '\u001b[1A\u001b[2K';

/**
 * Lines in, lines out. On a terminal, what arrives is printed above the line being typed; in a
 * pipe there are only plain lines.
 */
export class Screen {
  readonly #terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  #input: Interface | null = null;
  #hint = '';

  start({ onLine, onKey, onEnd }: ScreenOptions): void {
    const input = createInterface({
      input: process.stdin,
      ...(this.#terminal ? { output: process.stdout } : {}),
      terminal: this.#terminal,
      prompt: '> ',
    });
    this.#input = input;
    input.on('line', (line) => {
      // The message is printed when it has its place in the conversation, in place of this echo.
      if (this.#terminal) process.stdout.write(upAndClear.repeat(this.#rowsOf(line)));
      onLine(line);
      this.#prompt();
    });
    input.on('close', onEnd);
    input.on('SIGINT', onEnd);
    if (this.#terminal) {
      process.stdin.on('keypress', (text: string | undefined) => {
        if (text !== undefined && text >= ' ' && text !== '\u007f') onKey();
      });
    }
    this.#prompt();
  }

  print(line: string): void {
    if (this.#terminal) process.stdout.write(clearLine);
    process.stdout.write(`${line}\n`);
    this.#prompt();
  }

  /** Words in front of the prompt, such as who is typing. Terminals only. */
  hint(words: string): void {
    if (words === this.#hint) return;
    this.#hint = words;
    this.#prompt();
  }

  close(): void {
    const input = this.#input;
    this.#input = null;
    input?.close();
    if (this.#terminal) process.stdout.write(clearLine);
  }

  get #promptText(): string {
    return this.#hint === '' ? '> ' : `(${this.#hint}) > `;
  }

  /** Rows that a typed line takes on the terminal, the prompt before it included. */
  #rowsOf(line: string): number {
    const columns = process.stdout.columns || 80;
    return Math.floor((this.#promptText.length + line.length) / columns) + 1;
  }

  #prompt(): void {
    if (!this.#terminal || this.#input === null) return;
    this.#input.setPrompt(this.#promptText);
    this.#input.prompt(true);
  }
}
