import type { AppChannel, AppConnection } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { PTY_RESET_CANCELLED, type ExecSignal } from '#shared/terminal/index.ts';
import type { ExecConnection } from './index.ts';

type Bridge = Readonly<{ connection: AppConnection; exec: ExecConnection; channel: number }>;
type ExecChannelIds = Readonly<{ stdin: number; stdout: number; stderr: number }>;

/** Joins commands on peers with the channels of user interfaces: exact bytes, each side waiting for the other's reader. */
export class ExecChannels {
  readonly #bridges = new Set<Bridge>();
  #isClosing = false;

  get count(): number {
    return this.#bridges.size;
  }

  /** Carries bytes until the command is over. A user interface that goes away ends the command. */
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

  /** @throws {ClawReachError} `terminal.unknown-channel` for a channel that is not this connection's */
  signal(connection: AppConnection, channel: number, signal: ExecSignal): void {
    for (const bridge of this.#bridges) {
      if (bridge.connection !== connection || bridge.channel !== channel) continue;
      bridge.exec.signal(signal);
      return;
    }
    throw new ClawReachError('terminal.unknown-channel', 'there is no command on this channel');
  }

  /** The agent ends, and with it what it runs on peers. */
  close(): void {
    this.#isClosing = true;
    for (const { exec } of this.#bridges) exec.close();
  }

  async #carryOutputs({ connection, exec, channel }: Bridge, stdout: AppChannel, stderr: AppChannel): Promise<void> {
    const failures = await Promise.all([
      carryOutput(exec.pipes.stdout, stdout),
      carryOutput(exec.pipes.stderr, stderr),
    ]);
    const end = await exec.ended;
    exec.finish();
    // Output that is incomplete is not to pass for all of it.
    const code = end.code ?? failures.find((failure) => failure !== undefined) ?? null;
    // When the agent ends, the user interface learns that from its connection.
    if (!connection.closed.aborted && !this.#isClosing)
      connection.emit('terminal.ended', { channel, ...(code === null ? end : { exitCode: null, signal: null, code }) });
  }
}

/** The channel's end is the end of the input; a command that takes no more ends the channel. */
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

/** @returns a code of ERROR_TEXTS where output was lost; undefined at its end, or where the user interface wants no more of it */
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

/** Nothing is to come that way: resolves at its end. */
async function drop(source: Readonly<{ read(): Promise<Uint8Array | null> }>): Promise<void> {
  try {
    while ((await source.read()) !== null);
  } catch {
    // The other one says what has happened.
  }
}
