import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { PTY_RESET_CANCELLED, type ExecSignal } from '#shared/terminal/index.ts';
import type { ExecConnection } from './index.ts';

type Bridge = Readonly<{ connection: AppConnection; exec: ExecConnection; channel: number }>;
type ExecChannelIds = Readonly<{ stdin: number; stdout: number; stderr: number }>;

/**
 * Connects each command run on a peer with the three channels of the window or command line that started it: copies stdin, stdout and stderr, with
 * back-pressure, and emits the command's end on the connection to the user interface. Keeps its state in memory only.
 */
export class ExecChannels {
  readonly #bridges = new Set<Bridge>();
  #isClosing = false;

  get count(): number {
    return this.#bridges.size;
  }

  /** Opens the channels and carries bytes until the command ends. A user interface that disconnects ends the command. */
  join(connection: AppConnection, exec: ExecConnection): ExecChannelIds {
    const stdin = connection.openChannel();
    const stdout = connection.openChannel();
    const stderr = connection.openChannel();
    const bridge: Bridge = { connection, exec, channel: stdout.id };
    this.#bridges.add(bridge);
    const leave = (): void => exec.close();
    connection.closed.addEventListener('abort', leave, { once: true });
    void carryInput(stdin, exec.pipes.stdin);
    void this.#carryOutputs(bridge, stdout, stderr).finally(() => {
      connection.closed.removeEventListener('abort', leave);
      this.#bridges.delete(bridge);
      stdin.close();
    });
    return { stdin: stdin.id, stdout: stdout.id, stderr: stderr.id };
  }

  /**
   * Sends a signal to the command.
   * @throws {ClawReachError} `terminal.unknown-channel` for a channel of another connection
   */
  signal(connection: AppConnection, channel: number, signal: ExecSignal): void {
    this.#execOf(connection, channel).signal(signal);
  }

  /**
   * Ends the command, as if its user interface had disconnected; its end is still reported.
   * @throws {ClawReachError} `terminal.unknown-channel` for a channel of another connection
   */
  end(connection: AppConnection, channel: number): void {
    this.#execOf(connection, channel).close();
  }

  /** Ends every command, called when the agent ends. */
  close(): void {
    this.#isClosing = true;
    for (const { exec } of this.#bridges) exec.close();
  }

  #execOf(connection: AppConnection, channel: number): ExecConnection {
    for (const bridge of this.#bridges)
      if (bridge.connection === connection && bridge.channel === channel) return bridge.exec;
    throw new ClawReachError('terminal.unknown-channel', 'there is no command on this channel');
  }

  async #carryOutputs({ connection, exec, channel }: Bridge, stdout: AppChannel, stderr: AppChannel): Promise<void> {
    const failures = await Promise.all([
      carryOutput(exec.pipes.stdout, stdout),
      carryOutput(exec.pipes.stderr, stderr),
    ]);
    const end = await exec.ended;
    exec.finish();
    // Incomplete output is reported as an error.
    const code = end.code ?? failures.find((failure) => failure !== undefined) ?? null;
    // When the agent ends, the user interface learns that from its connection.
    if (!connection.closed.aborted && !this.#isClosing)
      connection.emit('terminal.ended', { channel, ...(code === null ? end : { exitCode: null, signal: null, code }) });
  }
}

/** Copies the channel's bytes to the command's input. The channel's end ends the input; a command that closes its input closes the channel. */
async function carryInput(channel: AppChannel, stream: LinkStream): Promise<void> {
  void stream.closed.then((end) => {
    if (end !== 'finished') channel.close();
  });
  void drop(stream);
  try {
    for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) await stream.write(bytes);
    stream.end().catch(() => undefined);
  } catch {
    // The user interface is gone, which ends the command; or the command has closed its input.
  }
}

/**
 * Copies one output of the command to its channel.
 * @returns an error code if output was lost; undefined at the end, or if the user interface closed the channel
 */
async function carryOutput(stream: LinkStream, channel: AppChannel): Promise<string | undefined> {
  stream.end().catch(() => undefined);
  let isWanted = true;
  void drop(channel).then(() => {
    isWanted = false;
    stream.reset(PTY_RESET_CANCELLED);
    channel.close();
  });
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await channel.write(bytes);
    return undefined;
  } catch (error) {
    return isWanted ? errorCode(error) : undefined;
  } finally {
    channel.end();
  }
}

/** Reads and discards everything until the source ends. */
async function drop(source: Readonly<{ read(): Promise<Uint8Array | null> }>): Promise<void> {
  try {
    while ((await source.read()) !== null);
  } catch {
    // The other direction reports the error.
  }
}
