import { startTyping } from './start-typing.ts';
import { stopTyping } from './stop-typing.ts';
import type { TypingDeps } from './tell-typing.ts';

export const typingHandlers = (deps: TypingDeps) => [startTyping(deps), stopTyping(deps)];
