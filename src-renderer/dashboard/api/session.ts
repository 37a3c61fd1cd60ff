import type { AccountView, PlatformClient } from '#shared/platform/index.ts';
import { isSignedOut } from './resources.ts';

/** Knowledge of the page about who is signed in. */
export type SessionStatus =
  | Readonly<{ state: 'loading' }>
  | Readonly<{ state: 'signed-in'; account: AccountView }>
  /** `ended`: there was a session in this page before, and it ended elsewhere or by itself. */
  | Readonly<{ state: 'signed-out'; ended: boolean; keys?: KeysAfterSession | undefined }>
  /** The relay can't be reached, or answers otherwise than it should. */
  | Readonly<{ state: 'failed'; error: unknown }>;

/** State of this browser's keys after a session: `untold` if they were removed, but a machine may not know that; `kept` if they couldn't be removed. */
export type KeysAfterSession = 'removing' | 'removed' | 'untold' | 'kept';

/** Session of this browser. The cookie itself is out of reach for pages; the session is what the relay says about it. */
export class Session {
  readonly #client: Pick<PlatformClient, 'call'>;
  readonly #changed: (status: SessionStatus) => void;
  readonly #listeners = new Set<() => void>();
  #status: SessionStatus = { state: 'loading' };
  /** State of the question to the relay; `again`: it was asked once more before the answer came, which may be older than the reason to ask. */
  #question: 'none' | 'asked' | 'again' = 'none';

  /** @param changed called after each change, before the listeners */
  constructor(client: Pick<PlatformClient, 'call'>, changed: (status: SessionStatus) => void) {
    this.#client = client;
    this.#changed = changed;
  }

  get status(): SessionStatus {
    return this.#status;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks the relay who is signed in; one question at a time. */
  check(): void {
    if (this.#question !== 'none') {
      this.#question = 'again';
      return;
    }
    this.#question = 'asked';
    void this.#ask().finally(() => {
      const isDue = this.#question === 'again';
      this.#question = 'none';
      if (isDue) this.check();
    });
  }

  /** Stores the account that an answer of the relay brought: after signing in, or after a change of the profile. */
  signedIn(account: AccountView): void {
    this.#set({ state: 'signed-in', account });
  }

  /** Stores that there is no session. @param ended true if the person didn't end it here */
  signedOut({ ended }: Readonly<{ ended: boolean }>): void {
    if (this.#status.state === 'signed-out') return;
    this.#set({ state: 'signed-out', ended: ended && this.#status.state === 'signed-in' });
  }

  /** Stores that the person has ended the session here, and what has become of the keys of this browser. Undefined: it had none. */
  left(keys: KeysAfterSession | undefined): void {
    this.#set({ state: 'signed-out', ended: false, keys });
  }

  /** Stores what has become of the keys of this browser after a session that the relay has ended. Undefined: it had none. */
  keysOf(keys: KeysAfterSession | undefined): void {
    if (this.#status.state === 'signed-out') this.#set({ ...this.#status, keys });
  }

  async #ask(): Promise<void> {
    try {
      const account = await this.#client.call('account.get');
      this.#set({ state: 'signed-in', account });
    } catch (error) {
      if (isSignedOut(error)) this.signedOut({ ended: true });
      // A page that shows something keeps it: the strip says that the relay is away.
      else if (this.#status.state !== 'signed-in') this.#set({ state: 'failed', error });
    }
  }

  #set(status: SessionStatus): void {
    this.#status = status;
    this.#changed(status);
    for (const listener of this.#listeners) listener();
  }
}
