import { PromptConversation } from './conversation.ts';

/** Conversations of the page OpenClaw, one for each recipient. They live as long as the window, in memory only. */
export class PromptPageState {
  readonly #conversations = new Map<string, PromptConversation>();

  /** Returns the conversation with a recipient; creates it at the first call. */
  conversation(key: string): PromptConversation {
    const known = this.#conversations.get(key);
    if (known !== undefined) return known;
    const made = new PromptConversation();
    this.#conversations.set(key, made);
    return made;
  }
}

/** The state that the window uses; stories create their own. */
export const promptPageState = new PromptPageState();
