import { cleanName } from '#shared/visible-text/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { AgentHost, HostedRelayController } from '../ports.ts';

export type QuitFacts = Readonly<{
  agent: Pick<AgentHost, 'ownsAgent' | 'problem' | 'client'>;
  relay: Pick<HostedRelayController, 'get'>;
}>;

export type QuitQuestionOptions = Readonly<{
  /** Returns the state for the question; undefined while the application still starts. */
  facts(): QuitFacts | undefined;
  /** Asks the person. @param devices names, at least one */
  ask(devices: readonly string[]): Promise<boolean>;
  logger: Logger;
}>;

/** Longest wait for the agent's answer about who uses the relay, ms. */
const PATIENCE = 2000;

/**
 * Decision whether the application may quit although the relay that it hosts ends with it. Used when the person quits the application. Asks the agent
 * who uses the relay, and the person only if other devices do.
 */
export class QuitQuestion {
  readonly #options: QuitQuestionOptions;
  #asking: Promise<boolean> | undefined;

  constructor(options: QuitQuestionOptions) {
    this.#options = options;
  }

  /** Asks if necessary; a second call during the question waits for the same answer. Never rejects. */
  mayQuit(): Promise<boolean> {
    this.#asking ??= this.#decide().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #decide(): Promise<boolean> {
    const { facts, ask, logger } = this.#options;
    try {
      const known = facts();
      const devices = known === undefined ? [] : await devicesAtRelay(known);
      return devices.length === 0 || (await ask(devices));
    } catch (error) {
      // If the question fails, quitting is better than being stuck.
      logger.warn('could not ask the person before the relay ends', { errorCode: errorCode(error) });
      return true;
    }
  }
}

/**
 * Returns the names of devices that lose a connection when the relay ends with the application. If the agent ends too,
 * they lose this device anyway, so they only count if several of them reach each other.
 */
async function devicesAtRelay({ agent, relay }: QuitFacts): Promise<readonly string[]> {
  if (relay.get().state !== 'running' || agent.problem !== undefined) return [];
  const signal = AbortSignal.timeout(PATIENCE);
  // If this device uses another relay, that one doesn't know who uses the hosted one.
  const status = await agent.client.call('status.get', {}, { signal });
  if (status.relay.own !== true) return [];
  const present = await agent.client.call('relay.present', {}, { signal });
  if (present.length < (agent.ownsAgent ? 2 : 1)) return [];
  return present.map(({ peerId, name }) => cleanName(name) || peerId.slice(0, 7));
}
