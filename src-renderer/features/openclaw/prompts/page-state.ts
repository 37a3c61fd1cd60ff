import { PromptConversation } from './conversation.ts';

/** State of the tab Prompts that outlives the page: the chosen recipient and the conversations. */
export class PromptPageState {
  readonly #conversations = new Map<string, PromptConversation>();
  readonly #listeners = new Set<() => void>();
  #selected: string | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Key of the chosen recipient. */
  readonly selected = (): string | undefined => this.#selected;

  select(key: string): void {
    this.#selected = key;
    for (const listener of this.#listeners) listener();
  }

  conversation(key: string): PromptConversation {
    const known = this.#conversations.get(key);
    if (known !== undefined) return known;
    const made = new PromptConversation();
    this.#conversations.set(key, made);
    return made;
  }
}

/** State of this window. */
export const promptPageState = new PromptPageState();
