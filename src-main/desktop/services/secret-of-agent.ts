import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import type { KeptSecret } from '../secrets/index.ts';

/** What is used of the agent. */
export type SecretMoved = Readonly<{ secretMoved(): void }>;

/** The secret of the application's own agent, which may be another one later; the agent hears of a move. */
export class SecretOfAgent {
  #current: Readonly<{ kept: KeptSecret; agent: SecretMoved }> | undefined;

  follow(kept: KeptSecret, agent: SecretMoved): void {
    this.#current = { kept, agent };
  }

  /** A file, as long as there is no agent of our own. */
  get facts(): ShellFacts['secretStore'] {
    return this.#current?.kept.facts ?? { protection: 'file', backend: null, problem: null };
  }

  /** @throws {StoreError} why it is where it was */
  async keep(place: SecretLocation): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    if (await current.kept.keep(place)) current.agent.secretMoved();
  }
}
