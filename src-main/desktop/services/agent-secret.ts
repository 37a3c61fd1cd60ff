import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import type { MovableSecret } from '../secrets/index.ts';

/** Part of the agent that must be notified after a move of its secret. */
export type SecretMoved = Readonly<{ secretMoved(): void }>;

/**
 * Secret of the application's own agent; the agent may be replaced while the application runs. When the person chooses another location in the
 * window, moves the secret between a plain file and the key store through `MovableSecret`, and notifies the agent.
 */
export class AgentSecret {
  #current: Readonly<{ secret: MovableSecret; agent: SecretMoved }> | undefined;

  /** Sets the current agent and its secret. */
  follow(secret: MovableSecret, agent: SecretMoved): void {
    this.#current = { secret, agent };
  }

  /** Returns where the secret is stored, for the window; a file if the application has no agent of its own. */
  get facts(): ShellFacts['secretStore'] {
    return this.#current?.secret.facts ?? { protection: 'file', backend: null, problem: null };
  }

  /**
   * Moves the secret to a location. Does nothing if the application has no agent of its own; notifies no one if the secret is already there.
   * @throws {StoreError} why it stayed where it was
   */
  async moveTo(location: SecretLocation): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    if (await current.secret.moveTo(location)) current.agent.secretMoved();
  }
}
