import { PromptConversation } from './conversation.ts';

/** What the page keeps while another one is shown: who was chosen, what was typed, asked and answered. */
export class PromptPageState {
  readonly #conversations = new Map<string, PromptConversation>();
  readonly #listeners = new Set<() => void>();
  #selected: string | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Key of the target in front. */
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

/** Of this window. */
export const promptPageState = new PromptPageState();
