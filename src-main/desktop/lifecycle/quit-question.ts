import { cleanName } from '#shared/visible-text/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { AgentHost, HostedRelayController } from '../ports.ts';

export type QuitFacts = Readonly<{
  agent: Pick<AgentHost, 'ownsAgent' | 'problem' | 'client'>;
  relay: Pick<HostedRelayController, 'get'>;
}>;

export type QuitQuestionOptions = Readonly<{
  /** Undefined while the application still starts. */
  facts(): QuitFacts | undefined;
  /** Puts it before the person. @param devices names, at least one */
  ask(devices: readonly string[]): Promise<boolean>;
  logger: Logger;
}>;

/** For the agent to say who is there, ms: nobody waits for longer to quit. */
const PATIENCE = 2000;

/** Whether the application may end although its relay ends with it. Where nobody else uses that, nobody is asked. */
export class QuitQuestion {
  readonly #options: QuitQuestionOptions;
  #asking: Promise<boolean> | undefined;

  constructor(options: QuitQuestionOptions) {
    this.#options = options;
  }

  /** Never rejects. Who wants to quit twice is asked once. */
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
      // A quit that fails over a question would be worse than none.
      logger.warn('nobody could be asked before the relay ends', { errorCode: errorCode(error) });
      return true;
    }
  }
}

/**
 * Names of the devices that lose a way when the application ends with its relay. Where the agent ends with it they lose this device in any case, and
 * something more only when they are several: each other.
 */
async function devicesAtRelay({ agent, relay }: QuitFacts): Promise<readonly string[]> {
  if (relay.get().state !== 'running' || agent.problem !== undefined) return [];
  const signal = AbortSignal.timeout(PATIENCE);
  // Another relay says nothing of who uses this one.
  const status = await agent.client.call('status.get', {}, { signal });
  if (status.relay.own !== true) return [];
  const present = await agent.client.call('relay.present', {}, { signal });
  if (present.length < (agent.ownsAgent ? 2 : 1)) return [];
  return present.map(({ peerId, name }) => cleanName(name) || peerId.slice(0, 7));
}
