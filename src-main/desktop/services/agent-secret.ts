import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import type { MovableSecret } from '../secrets/index.ts';

/** The part of the agent that is used. */
export type SecretMoved = Readonly<{ secretMoved(): void }>;

/** Secret of the application's own agent, which may be replaced later; tells the agent about a move. */
export class AgentSecret {
  #current: Readonly<{ secret: MovableSecret; agent: SecretMoved }> | undefined;

  /** Sets the current agent and its secret. */
  follow(secret: MovableSecret, agent: SecretMoved): void {
    this.#current = { secret, agent };
  }

  /** Returns the location for the window; a file if the application has no agent of its own. */
  get facts(): ShellFacts['secretStore'] {
    return this.#current?.secret.facts ?? { protection: 'file', backend: null, problem: null };
  }

  /** Moves the secret. @throws {StoreError} why it stayed where it was */
  async moveTo(location: SecretLocation): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    if (await current.secret.moveTo(location)) current.agent.secretMoved();
  }
}
