import type { AppApiClient, MessageView } from '#shared/app-api/index.ts';
import type { CommandContext } from '../registry.ts';

/** Changes of messages, from before a call that begins them. */
export class MessageChanges {
  readonly #client: AppApiClient;
  readonly #off: () => void;
  readonly #early: MessageView[] = [];
  #listener: ((message: MessageView) => void) | undefined;

  constructor(client: AppApiClient) {
    this.#client = client;
    this.#off = client.on('message.changed', (message) => {
      if (this.#listener === undefined) this.#early.push(message);
      else this.#listener(message);
    });
  }

  /**
   * Waits for a change.
   * @param each called for each change until then
   * @param id message that this machine sent, and that is looked at first: it may have changed before its ID was known
   * @returns undefined after `patience` ms, or Ctrl-C
   */
  async first(
    { host }: CommandContext,
    patience: number,
    isWanted: (message: MessageView) => boolean,
    each: (message: MessageView) => void = () => undefined,
    id?: string,
  ): Promise<MessageView | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<MessageView | undefined>();
    const take = (message: MessageView): void => {
      each(message);
      if (isWanted(message)) resolve(message);
    };
    this.#listener = take;
    for (const message of this.#early.splice(0)) take(message);
    const timer = host.clock.setTimer(patience, () => resolve(undefined));
    const interrupt = (): void => resolve(undefined);
    host.interrupted.addEventListener('abort', interrupt, { once: true });
    void this.#client.closed.then(reject);
    try {
      if (id !== undefined) take(await this.#client.call('messages.get', { id, direction: 'out' }));
      return await promise;
    } finally {
      timer.cancel();
      host.interrupted.removeEventListener('abort', interrupt);
    }
  }

  close(): void {
    this.#off();
  }
}
