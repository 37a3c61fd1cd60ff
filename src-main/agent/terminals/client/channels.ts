import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { nextTurn } from '#shared/next-turn.ts';
import type { RecordingFacts, RunningRecording } from '../../recordings/index.ts';
import { Audience } from '../viewers/audience.ts';
import type { SharedTerminalAccess } from '../viewers/guest-access.ts';
import type { TerminalConnection } from './connection.ts';
import { CATCH_UP_BYTES, type TerminalState } from '#shared/terminal/index.ts';

/** Terminal shown on a channel, with its current size. */
export type ChannelAbout = Pick<RecordingFacts, 'peerId' | 'peerName' | 'title' | 'cols' | 'rows'>;

type Bridge = {
  readonly connection: AppConnection;
  readonly channel: AppChannel;
  readonly terminal: TerminalConnection;
  /** Settles when the terminal has accepted the input that was read last from the channel. */
  carrying: Promise<void>;
  /** True once no more input is carried to the terminal. */
  inputOver: boolean;
  about: ChannelAbout;
  /** Guests of share links; undefined before the first. */
  audience: Audience | undefined;
  /** Recording of this terminal; undefined when nothing is recorded. */
  recording: RunningRecording | undefined;
  /** Start of recorded output; `redraw` waits until the screen has been drawn. */
  recordsFrom: 'now' | 'redraw';
};

/** Longest time that `leave` waits for typed input to be sent, ms, so that a peer that reads nothing can't delay it. */
const INPUT_PATIENCE = 500;

/** Most viewers that are reported to a user interface. */
const MOST_VIEWERS = 16;

/** Longest time that a recording waits for the screen to be drawn, ms; then it begins without the earlier screen. */
const REDRAW_PATIENCE = 3000;

/**
 * Connects each terminal opened on a peer with the channel of the window or command line that shows it: copies bytes both ways, with back-pressure,
 * and emits events on the connection to the user interface. Also passes the bytes to the terminal's running recording, which is a file. The agent has
 * one, for its app-API handlers.
 */
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
   * Opens a channel and carries bytes until the terminal ends or the user interface disconnects. In the second case the terminal keeps running at the
   * peer and can be attached again.
   * @returns the channel's ID
   */
  join(
    connection: AppConnection,
    terminal: TerminalConnection,
    about: ChannelAbout,
    recording?: RunningRecording,
  ): number {
    const channel = connection.openChannel();
    const bridge: Bridge = {
      connection,
      channel,
      terminal,
      carrying: Promise.resolve(),
      inputOver: false,
      about,
      audience: undefined,
      recording: undefined,
      recordsFrom: 'now',
    };
    this.#bridges.add(bridge);
    const leave = (): void => terminal.abandon();
    connection.closed.addEventListener('abort', leave, { once: true });
    if (recording !== undefined) this.#write(bridge, recording);
    void this.#carryInput(bridge);
    void this.#carryOutput(bridge).finally(() => {
      connection.closed.removeEventListener('abort', leave);
      this.#bridges.delete(bridge);
    });
    return channel.id;
  }

  /**
   * Resizes the terminal and its recording.
   * @throws {ClawReachError} `terminal.unknown-channel` for a channel of another connection
   */
  resize(connection: AppConnection, channel: number, cols: number, rows: number): void {
    const bridge = this.#find(connection, channel);
    bridge.terminal.resize(cols, rows);
    bridge.about = { ...bridge.about, cols, rows };
    bridge.audience?.interrupted();
    if (bridge.recordsFrom === 'now') bridge.recording?.recorder.resize(cols, rows);
  }

  /**
   * Asks the peer to skip output that is still on its way.
   * @param waiting bytes that the user interface has received but not drawn
   * @throws {ClawReachError} `terminal.unknown-channel`
   */
  catchUp(connection: AppConnection, channel: number, waiting: number): void {
    this.#find(connection, channel).terminal.catchUp?.(waiting);
  }

  /**
   * Detaches from the terminal or closes it, after the input already on the channel has been sent.
   * @throws {ClawReachError} `terminal.unknown-channel`
   */
  async leave(connection: AppConnection, channel: number, how: 'detach' | 'close'): Promise<void> {
    const bridge = this.#find(connection, channel);
    await this.#inputCarried(bridge);
    if (how === 'detach') bridge.terminal.detach();
    else bridge.terminal.close();
  }

  /** Returns the terminal that a channel shows, and its running recording. @throws {ClawReachError} `terminal.unknown-channel` */
  about(
    connection: AppConnection,
    channel: number,
  ): ChannelAbout & Readonly<{ recording: RunningRecording | undefined }> {
    const { about, recording } = this.#find(connection, channel);
    return { ...about, recording };
  }

  /**
   * Records the terminal from now on, and notifies the user interface when the recording starts and ends.
   * @param from `redraw` first requests the current screen, so that the recording begins with it; a peer that can't redraw is recorded as with `now`
   * @throws {ClawReachError} `terminal.unknown-channel`
   */
  record(connection: AppConnection, channel: number, running: RunningRecording, from: 'now' | 'redraw'): void {
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

  /**
   * Returns a terminal that a user interface shows now, for guests of a share link. They read and type through this device.
   * @param peerId device that runs it
   * @returns undefined if no user interface shows it, this device only views it, or the peer can't redraw it
   */
  forGuests(peerId: PeerId, terminal: string): SharedTerminalAccess | undefined {
    const bridge = [...this.#bridges].find(
      (each) => each.about.peerId === peerId && each.terminal.terminal === terminal && !each.inputOver,
    );
    // What a holder shares with this device isn't this device's to share.
    if (bridge?.terminal.catchUp === undefined || bridge.terminal.isView === true) return undefined;
    bridge.audience ??= new Audience(
      this.#clock,
      // The redrawn screen comes with the output.
      () => bridge.terminal.catchUp?.(CATCH_UP_BYTES),
      // User interfaces know the guests by `shareLink.changed`.
      () => undefined,
    );
    return {
      title: bridge.about.title,
      audience: bridge.audience,
      write: async (bytes: Uint8Array) => {
        bridge.recording?.recorder.input(bytes);
        await bridge.terminal.write(bytes.slice());
      },
    };
  }

  /** Leaves every terminal, called when the agent ends. The terminals keep running at their peers for a while and can be attached again. */
  close(): void {
    this.#closing = true;
    for (const { terminal } of this.#bridges) terminal.abandon();
  }

  #write(bridge: Bridge, running: RunningRecording): void {
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
    const { promise: patience, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimer(INPUT_PATIENCE, giveUp);
    do {
      await Promise.race([bridge.carrying, patience]);
      // Lets the next read start before `unreadBytes` is checked.
      await nextTurn(this.#clock);
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
      // Either side has ended; `ended` tells which.
      this.#logger.debug('terminal input is over', { error: errorMessage(error) });
    }
    bridge.inputOver = true;
  }

  async #carryOutput(bridge: Bridge): Promise<void> {
    const { connection, channel, terminal } = bridge;
    let written = 0;
    const notify = ({ recorded, viewers }: TerminalState): void => {
      const shown = viewers
        .slice(0, MOST_VIEWERS)
        .map(({ peer, name, watching }) => ({ peerId: peer, name, watching }));
      if (!connection.closed.aborted)
        connection.emit('terminal.viewers', { channel: channel.id, recorded, viewers: shown });
    };
    terminal.onState = notify;
    if (terminal.state !== undefined) notify(terminal.state);
    terminal.onRedraw = () => {
      connection.emit('terminal.redrawn', { channel: channel.id, at: written });
      bridge.recordsFrom = 'now';
      bridge.recording?.recorder.redraw();
      bridge.audience?.redrawn(bridge.about.cols, bridge.about.rows);
    };
    terminal.onRedrawn = () => connection.emit('terminal.drawn', { channel: channel.id, at: written });
    try {
      for (;;) {
        const bytes = await terminal.read();
        if (bytes === null) break;
        written += bytes.length;
        if (bridge.recordsFrom === 'now') bridge.recording?.recorder.output(bytes);
        // The channel takes the bytes over.
        if (bridge.audience?.isWatched === true) bridge.audience.output(bytes.slice());
        await channel.write(bytes);
      }
    } catch (error) {
      this.#logger.debug('terminal output is over', { error: errorMessage(error) });
    }
    void bridge.recording?.recorder.stop();
    const end = await terminal.ended;
    bridge.audience?.finish(end);
    channel.end();
    // When the agent ends, the user interface learns that from its connection: the terminal has not ended.
    if (!connection.closed.aborted && !this.#closing)
      connection.emit('terminal.ended', { channel: channel.id, ...end });
    channel.close();
  }
}
