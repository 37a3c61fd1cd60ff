import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import type { MovableSecret } from '../secrets/index.ts';

/** The part of the agent that is used. */
export type SecretMoved = Readonly<{ secretMoved(): void }>;

/** Secret of the application's own agent, which may be replaced later; tells the agent about a move. */
export class AgentSecret {
  #current: Readonly<{ kept: MovableSecret; agent: SecretMoved }> | undefined;

  follow(kept: MovableSecret, agent: SecretMoved): void {
    this.#current = { kept, agent };
  }

  /** Returns the location for the window; a file if the application has no agent of its own. */
  get facts(): ShellFacts['secretStore'] {
    return this.#current?.kept.facts ?? { protection: 'file', backend: null, problem: null };
  }

  /** Moves the secret. @throws {StoreError} why it stayed where it was */
  async keep(place: SecretLocation): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    if (await current.kept.keep(place)) current.agent.secretMoved();
  }
}
