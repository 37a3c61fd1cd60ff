import { PromptConversation } from './conversation.ts';

/** State of the tab Prompts that lives as long as the window: the chosen recipient, and a conversation for each recipient. In memory only. */
export class PromptPageState {
  readonly #conversations = new Map<string, PromptConversation>();
  readonly #listeners = new Set<() => void>();
  #selected: string | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Key of the chosen recipient; undefined before a choice. */
  readonly selected = (): string | undefined => this.#selected;

  /** Chooses a recipient by its key. */
  select(key: string): void {
    this.#selected = key;
    for (const listener of this.#listeners) listener();
  }

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
