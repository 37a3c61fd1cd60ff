/** What a gateway got for a command. */
export type CommandReply = Readonly<
  { ok: true; payloadJSON: string } | { ok: false; error: { code: string; message: string } }
>;

type Kept = { answer: Promise<CommandReply>; size: number };

const GONE: CommandReply = {
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'it was done before; its result is not kept' },
};

/** Answers by idempotency key: what was done is not done again. The oldest keys are forgotten. */
export class AnsweredKeys {
  readonly #most: number;
  readonly #mostCharacters: number;
  readonly #kept = new Map<string, Kept>();
  #characters = 0;

  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  /** The answer of the first one with this key, also while it is worked on; undefined where there is none. */
  find(key: string): Promise<CommandReply> | undefined {
    return this.#kept.get(key)?.answer;
  }

  keep(key: string, answer: Promise<CommandReply>): void {
    const kept: Kept = { answer, size: 0 };
    this.#kept.set(key, kept);
    void answer.then((done) => {
      if (this.#kept.get(key) !== kept) return;
      kept.size = done.ok ? done.payloadJSON.length : done.error.message.length;
      this.#characters += kept.size;
      this.#forget();
    });
    this.#forget();
  }

  #forget(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= this.#most) break;
      this.#characters -= kept.size;
      this.#kept.delete(key);
    }
    // Results go first; that it was done is known for longer.
    for (const kept of this.#kept.values()) {
      if (this.#characters <= this.#mostCharacters) break;
      if (kept.size === 0) continue;
      this.#characters -= kept.size;
      kept.size = 0;
      kept.answer = Promise.resolve(GONE);
    }
  }
}
