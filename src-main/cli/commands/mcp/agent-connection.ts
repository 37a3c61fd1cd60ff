import type { AppApiClient, AppCall, CallInput, CallOutput, MessageView, TransferView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { AgentError } from '../../errors.ts';
import { interruptibleDelay, type CommandContext } from '../../control/index.ts';

/** Time for which a call waits for an agent that restarts, ms. */
const PATIENCE = 15_000;
/** Pauses between two attempts to connect: the first, and the longest, ms. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;

/** Message or transfer that has changed, with the agent of this machine that it belongs to. */
export type ChangedItem = Pick<MessageView | TransferView, 'agent'>;

/**
 * Connection to the running agent that survives its restarts: connects again in the background, and repeats the calls that were lost. Starts no agent:
 * one that a person has stopped stays so. Used by `MessageDesk`.
 */
export class AgentConnection {
  readonly #context: CommandContext;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(changed: ChangedItem | undefined) => void>();
  #client: Promise<AppApiClient>;

  constructor(context: CommandContext, client: AppApiClient) {
    this.#context = context;
    this.#client = this.#use(client);
  }

  /**
   * Makes a call. A connection that ends meanwhile repeats it, so that only calls are fit that may be made twice.
   * @throws {AgentError} `control.not-running` if no agent answers for 15 s; errors of the call
   */
  async call<Call extends AppCall>(
    method: Call,
    input: CallInput<Call>,
    signal?: AbortSignal,
  ): Promise<CallOutput<Call>> {
    for (;;) {
      const client = await this.#connected(signal);
      try {
        return await client.call(method, input, signal === undefined ? {} : { signal });
      } catch (error) {
        if (errorCode(error) !== 'control.lost') throw error;
      }
    }
  }

  /** Calls `listener` for each message or transfer that has changed, and without one after a new connection, when any may have. Returns a function that ends this. */
  onChange(listener: (changed: ChangedItem | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the attempts to connect. The context closes the connection. */
  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
  }

  async #connected(signal: AbortSignal | undefined): Promise<AppApiClient> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const timer = this.#context.host.clock.setTimer(PATIENCE, () => reject(this.#notRunning()));
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      return await Promise.race([this.#client, over]);
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
    }
  }

  #use(client: AppApiClient): Promise<AppApiClient> {
    client.on('message.changed', (message) => this.#notify(message));
    client.on('transfers.changed', (transfers) => {
      for (const transfer of transfers) this.#notify(transfer);
    });
    void client.closed.then(() => {
      if (this.#closing.signal.aborted) return;
      this.#client = this.#connect();
      // A call that waits for it learns of the failure.
      this.#client.catch(() => undefined);
    });
    return Promise.resolve(client);
  }

  async #connect(): Promise<AppApiClient> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      await interruptibleDelay(this.#context, pause);
      if (this.#closing.signal.aborted || this.#context.host.interrupted.aborted) throw this.#notRunning();
      // An agent that starts or ends may refuse in many ways.
      const client = await this.#context.connect().catch(() => undefined);
      if (client === undefined) continue;
      await this.#use(client);
      this.#notify(undefined);
      return client;
    }
  }

  #notify(changed: ChangedItem | undefined): void {
    for (const listener of this.#listeners) listener(changed);
  }

  #notRunning(): AgentError {
    return new AgentError('control.not-running', 'no agent is running', { details: { path: this.#context.profile } });
  }
}
