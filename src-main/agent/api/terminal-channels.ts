import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { TerminalConnection } from '../terminals/index.ts';

type Bridge = Readonly<{ connection: AppConnection; channel: AppChannel; terminal: TerminalConnection }>;

/** Joins terminals on peers with the channels of user interfaces: bytes both ways, each waiting for the other's reader. */
export class TerminalChannels {
  readonly #logger: Logger;
  readonly #bridges = new Set<Bridge>();

  constructor(options: Readonly<{ logger: Logger }>) {
    this.#logger = options.logger;
  }

  get count(): number {
    return this.#bridges.size;
  }

  /**
   * Carries bytes until the terminal or the user interface is gone. A user interface that vanishes without a word leaves the terminal
   * running at the peer, where it can be taken up again.
   * @returns the channel's id
   */
  join(connection: AppConnection, terminal: TerminalConnection): number {
    const channel = connection.openChannel();
    const bridge: Bridge = { connection, channel, terminal };
    this.#bridges.add(bridge);
    const leave = (): void => terminal.detach();
    connection.closed.addEventListener('abort', leave, { once: true });
    void this.#carryInput(bridge);
    void this.#carryOutput(bridge).finally(() => {
      connection.closed.removeEventListener('abort', leave);
      this.#bridges.delete(bridge);
    });
    return channel.id;
  }

  /** The terminal of a channel. @throws {ClawReachError} `terminal.unknown-channel` for one that is not this connection's. */
  find(connection: AppConnection, channel: number): TerminalConnection {
    for (const bridge of this.#bridges) {
      if (bridge.connection === connection && bridge.channel.id === channel) return bridge.terminal;
    }
    throw new ClawReachError('terminal.unknown-channel', 'there is no terminal on this channel');
  }

  close(): void {
    for (const { terminal } of this.#bridges) terminal.close();
  }

  async #carryInput({ channel, terminal }: Bridge): Promise<void> {
    try {
      for (;;) {
        const bytes = await channel.read();
        if (bytes === null) break;
        await terminal.write(bytes);
      }
      terminal.endInput();
    } catch (error) {
      // The end of either side; `ended` tells which.
      this.#logger.debug('terminal input is over', { error: errorMessage(error) });
    }
  }

  async #carryOutput({ connection, channel, terminal }: Bridge): Promise<void> {
    try {
      for (;;) {
        const bytes = await terminal.read();
        if (bytes === null) break;
        await channel.write(bytes);
      }
    } catch (error) {
      this.#logger.debug('terminal output is over', { error: errorMessage(error) });
    }
    const end = await terminal.ended;
    channel.end();
    if (!connection.closed.aborted) connection.emit('terminal.ended', { channel: channel.id, ...end });
    channel.close();
  }
}
