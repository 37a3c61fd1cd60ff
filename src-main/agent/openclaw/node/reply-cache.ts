/** Reply that a gateway gets for a command. */
export type CommandReply = Readonly<
  { ok: true; payloadJSON: string } | { ok: false; error: { code: string; message: string } }
>;

type CachedReply = { answer: Promise<CommandReply>; size: number };

/** Reply for a key whose result was dropped to save memory. */
const GONE: CommandReply = {
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'it was done before; its result is not kept' },
};

/** Replies by idempotency key, kept in memory by `Invocations`, so that a repeated command isn't run twice. Drops the oldest keys. */
export class ReplyCache {
  readonly #most: number;
  readonly #mostCharacters: number;
  readonly #replies = new Map<string, CachedReply>();
  #characters = 0;

  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  /** Returns the reply to the first command with this key, which may still be running; undefined if the key is new. */
  find(key: string): Promise<CommandReply> | undefined {
    return this.#replies.get(key)?.answer;
  }

  /** Stores the reply to a new key. */
  add(key: string, answer: Promise<CommandReply>): void {
    const cached: CachedReply = { answer, size: 0 };
    this.#replies.set(key, cached);
    void answer.then((done) => {
      if (this.#replies.get(key) !== cached) return;
      cached.size = done.ok ? done.payloadJSON.length : done.error.message.length;
      this.#characters += cached.size;
      this.#forget();
    });
    this.#forget();
  }

  #forget(): void {
    for (const [key, cached] of this.#replies) {
      if (this.#replies.size <= this.#most) break;
      this.#characters -= cached.size;
      this.#replies.delete(key);
    }
    // Results are dropped before keys, so that a repeated command is recognised for longer.
    for (const cached of this.#replies.values()) {
      if (this.#characters <= this.#mostCharacters) break;
      if (cached.size === 0) continue;
      this.#characters -= cached.size;
      cached.size = 0;
      cached.answer = Promise.resolve(GONE);
    }
  }
}
