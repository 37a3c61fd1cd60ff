import { setImmediate } from 'node:timers/promises';
import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { Recorded, Running } from '../recordings/index.ts';
import type { TerminalConnection } from './index.ts';
import { CATCH_UP_BYTES, type TerminalState } from '#shared/terminal/index.ts';

/** Terminal that a channel shows, with its current size. */
export type ChannelAbout = Pick<Recorded, 'peerId' | 'peerName' | 'title' | 'cols' | 'rows'>;

type Bridge = {
  readonly connection: AppConnection;
  readonly channel: AppChannel;
  readonly terminal: TerminalConnection;
  /** Settles when the input taken from the channel last is with the terminal. */
  carrying: Promise<void>;
  /** No more input is carried. */
  inputOver: boolean;
  about: ChannelAbout;
  /** Written while it shows something; undefined when nothing is recorded. */
  recording: Running | undefined;
  /** Output is not written before the screen has been drawn. */
  recordsFrom: 'now' | 'redraw';
};

/** Longest time for typed input to be sent before the end, ms: a peer that reads nothing must not delay it. */
const INPUT_PATIENCE = 500;

/** Longest time that a recording waits for the screen to be drawn, ms; then it begins without. */
const REDRAW_PATIENCE = 3000;

/** Joins terminals on peers with the channels of user interfaces: bytes both ways, each waiting for the other's reader. */
export class TerminalChannels {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #bridges = new Set<Bridge>();
  #closing = false;

  constructor(options: Readonly<{ logger: Logger; clock: Clock }>) {
    this.#logger = options.logger;
    this.#clock = options.clock;
  }

  get count(): number {
    return this.#bridges.size;
  }

  /**
   * Carries bytes until the terminal or the user interface is gone. A user interface that vanishes without a word leaves the terminal
   * running at the peer, where it can be taken up again.
   * @returns the channel's id
   */
  join(connection: AppConnection, terminal: TerminalConnection, about: ChannelAbout, recording?: Running): number {
    const channel = connection.openChannel();
    const bridge: Bridge = {
      connection,
      channel,
      terminal,
      carrying: Promise.resolve(),
      inputOver: false,
      about,
      recording: undefined,
      recordsFrom: 'now',
    };
    this.#bridges.add(bridge);
    const leave = (): void => terminal.detach();
    connection.closed.addEventListener('abort', leave, { once: true });
    if (recording !== undefined) this.#write(bridge, recording);
    void this.#carryInput(bridge);
    void this.#carryOutput(bridge).finally(() => {
      connection.closed.removeEventListener('abort', leave);
      this.#bridges.delete(bridge);
    });
    return channel.id;
  }

  /** @throws {ClawReachError} `terminal.unknown-channel` for a channel that is not this connection's. */
  resize(connection: AppConnection, channel: number, cols: number, rows: number): void {
    const bridge = this.#find(connection, channel);
    bridge.terminal.resize(cols, rows);
    bridge.about = { ...bridge.about, cols, rows };
    if (bridge.recordsFrom === 'now') bridge.recording?.recorder.resize(cols, rows);
  }

  /** @throws {ClawReachError} `terminal.unknown-channel` */
  catchUp(connection: AppConnection, channel: number, waiting: number): void {
    this.#find(connection, channel).terminal.catchUp?.(waiting);
  }

  /**
   * Ends the viewer's side, behind the input that came before on the channel.
   * @throws {ClawReachError} `terminal.unknown-channel`
   */
  async leave(connection: AppConnection, channel: number, how: 'detach' | 'close'): Promise<void> {
    const bridge = this.#find(connection, channel);
    await this.#inputCarried(bridge);
    if (how === 'detach') bridge.terminal.detach();
    else bridge.terminal.close();
  }

  /** Returns the terminal of a channel. @throws {ClawReachError} `terminal.unknown-channel` */
  about(connection: AppConnection, channel: number): ChannelAbout & Readonly<{ recording: Running | undefined }> {
    const { about, recording } = this.#find(connection, channel);
    return { ...about, recording };
  }

  /**
   * Everything that is shown from now on is written as well, and told to its connection.
   * @param from `redraw`: the screen is asked for first, which has been there before; where that cannot be, from now on
   * @throws {ClawReachError} `terminal.unknown-channel`
   */
  record(connection: AppConnection, channel: number, running: Running, from: 'now' | 'redraw'): void {
    const bridge = this.#find(connection, channel);
    const { terminal } = bridge;
    if (from === 'redraw' && terminal.catchUp !== undefined) {
      bridge.recordsFrom = 'redraw';
      terminal.catchUp(CATCH_UP_BYTES);
      this.#clock.setTimer(REDRAW_PATIENCE, () => {
        bridge.recordsFrom = 'now';
      });
    }
    this.#write(bridge, running);
  }

  /** The agent ends, which may be a restart: terminals on peers go on for a while and can be taken up again. */
  close(): void {
    this.#closing = true;
    for (const { terminal } of this.#bridges) terminal.detach();
  }

  #write(bridge: Bridge, running: Running): void {
    const { connection, channel } = bridge;
    bridge.recording = running;
    connection.emit('terminal.recording', {
      channel: channel.id,
      recording: running.id,
      input: running.view().input,
      code: null,
    });
    void running.ended.then((code) => {
      if (bridge.recording === running) bridge.recording = undefined;
      if (!connection.closed.aborted)
        connection.emit('terminal.recording', { channel: channel.id, recording: null, input: false, code });
    });
  }

  #find(connection: AppConnection, channel: number): Bridge {
    for (const bridge of this.#bridges) {
      if (bridge.connection === connection && bridge.channel.id === channel) return bridge;
    }
    throw new ClawReachError('terminal.unknown-channel', 'there is no terminal on this channel');
  }

  async #inputCarried(bridge: Bridge): Promise<void> {
    const deadline = this.#clock.monotonic() + INPUT_PATIENCE;
    let giveUp: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      giveUp = resolve;
    });
    const timer = this.#clock.setTimer(INPUT_PATIENCE, () => giveUp());
    do {
      await Promise.race([bridge.carrying, patience]);
      // Lets what is read next be taken up before the look at what is unread.
      await setImmediate();
    } while (bridge.channel.unreadBytes > 0 && !bridge.inputOver && this.#clock.monotonic() < deadline);
    timer.cancel();
  }

  async #carryInput(bridge: Bridge): Promise<void> {
    const { channel, terminal } = bridge;
    try {
      for (;;) {
        const bytes = await channel.read();
        if (bytes === null) break;
        bridge.recording?.recorder.input(bytes);
        const carrying = terminal.write(bytes);
        bridge.carrying = carrying.catch(() => undefined);
        await carrying;
      }
      terminal.endInput();
    } catch (error) {
      // The end of either side; `ended` tells which.
      this.#logger.debug('terminal input is over', { error: errorMessage(error) });
    }
    bridge.inputOver = true;
  }

  async #carryOutput(bridge: Bridge): Promise<void> {
    const { connection, channel, terminal } = bridge;
    let written = 0;
    const tell = ({ recorded, viewers }: TerminalState): void => {
      const shown = viewers.map(({ peer, name, watching }) => ({ peerId: peer, name, watching }));
      if (!connection.closed.aborted)
        connection.emit('terminal.viewers', { channel: channel.id, recorded, viewers: shown });
    };
    terminal.onState = tell;
    if (terminal.state !== undefined) tell(terminal.state);
    terminal.onRedraw = () => {
      connection.emit('terminal.redrawn', { channel: channel.id, at: written });
      bridge.recordsFrom = 'now';
      bridge.recording?.recorder.redraw();
    };
    try {
      for (;;) {
        const bytes = await terminal.read();
        if (bytes === null) break;
        written += bytes.length;
        if (bridge.recordsFrom === 'now') bridge.recording?.recorder.output(bytes);
        await channel.write(bytes);
      }
    } catch (error) {
      this.#logger.debug('terminal output is over', { error: errorMessage(error) });
    }
    void bridge.recording?.recorder.stop();
    const end = await terminal.ended;
    channel.end();
    // When the agent ends, the user interface learns that from its connection: the terminal has not ended.
    if (!connection.closed.aborted && !this.#closing)
      connection.emit('terminal.ended', { channel: channel.id, ...end });
    channel.close();
  }
}
