import { ClawReachError, errorCode } from '#shared/errors.ts';
import { LinkError, type LinkStream, type Session } from '#shared/link/index.ts';
import {
  encodeExecSignal,
  EXEC_PIPES,
  ExecEndParser,
  parseExecParams,
  parseExecReply,
  PTY_RESET_CANCELLED,
  RESET_HANG_UP,
  PTY_RESET_PROTOCOL,
  TerminalError,
  type ExecPipe,
  type ExecSignal,
  type TerminalEnd,
} from '#shared/terminal/index.ts';
import { refusedOpening } from '../client/index.ts';

export type OpenExecParams = Readonly<{
  /** Program and arguments instead of the login shell. */
  command?: readonly string[] | undefined;
  /** Working directory, a path at the peer. */
  directory?: string | undefined;
}>;

export type OpenExecOptions = Readonly<{
  /** Called when a person at the peer is asked for approval. */
  onWaiting?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/**
 * Runs a command on a peer without a terminal, over an established session. Uses four streams: one for control, three for the pipes. Called by the
 * handler `exec.open`.
 * @throws {TerminalError} `terminal.no-pipes` for a peer of an older version, `terminal.protocol` for an invalid reply, or the code with which the
 * peer refuses, such as `terminal.command-not-found` or `rights.denied`
 */
export async function openExec(
  session: Session,
  { command, directory }: OpenExecParams,
  { signal, onWaiting }: OpenExecOptions = {},
): Promise<ExecConnection> {
  const params = parseExecParams({
    action: 'start',
    ...(command !== undefined && { command }),
    ...(directory !== undefined && { directory }),
  });
  const control = session.open('exec', params, signal === undefined ? {} : { signal });
  control.onWaiting = () => onWaiting?.();
  let reply: unknown;
  try {
    reply = await control.opened;
  } catch (error) {
    throw isUnknownKind(error)
      ? new TerminalError('terminal.no-pipes', 'the peer runs no commands without a terminal', { cause: error })
      : refusedOpening(error);
  }
  try {
    const { exec } = parseExecReply(reply);
    const open = (pipe: ExecPipe): LinkStream => {
      const stream = session.open('exec', parseExecParams({ action: 'pipe', exec, pipe }));
      // The stream's reader or writer gets the same error.
      stream.opened.catch(() => undefined);
      return stream;
    };
    const [stdin, stdout, stderr] = EXEC_PIPES.map(open);
    if (stdin === undefined || stdout === undefined || stderr === undefined) throw new TypeError('three pipes');
    return new ExecConnection(exec, control, { stdin, stdout, stderr });
  } catch (error) {
    control.reset(RESET_HANG_UP);
    throw error;
  }
}

function isUnknownKind(error: unknown): boolean {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return false;
  return ['link.unknown-kind', 'link.kind'].includes(String(error.details['code']));
}

/** Command that runs on a peer, as used by the device that started it. */
export class ExecConnection {
  /** ID of the command at the peer. */
  readonly exec: string;
  /** Streams of stdin, stdout and stderr; each carries plain bytes in one direction. */
  readonly pipes: Readonly<Record<ExecPipe, LinkStream>>;
  /** Resolves to the end of the command; output may still follow. Never rejects. */
  readonly ended: Promise<TerminalEnd>;
  readonly #control: LinkStream;
  #isHungUp = false;

  constructor(exec: string, control: LinkStream, pipes: Readonly<Record<ExecPipe, LinkStream>>) {
    this.exec = exec;
    this.pipes = pipes;
    this.#control = control;
    this.ended = this.#readEnd();
  }

  /** True if `close` was called before the command ended. */
  get isHungUp(): boolean {
    return this.#isHungUp;
  }

  signal(signal: ExecSignal): void {
    this.#control.write(encodeExecSignal(signal)).catch(() => undefined);
  }

  /** Ends the command, or drops the rest of the output of one that has ended. Idempotent. */
  close(): void {
    this.#control.reset(RESET_HANG_UP);
    for (const pipe of EXEC_PIPES) this.pipes[pipe].reset(PTY_RESET_CANCELLED);
  }

  /** Ends the control stream; called once all output was read. */
  finish(): void {
    this.#control.end().catch(() => undefined);
    this.pipes.stdin.reset(PTY_RESET_CANCELLED);
  }

  async #readEnd(): Promise<TerminalEnd> {
    const parser = new ExecEndParser();
    try {
      for (let bytes = await this.#control.read(); bytes !== null; bytes = await this.#control.read()) {
        const [end] = parser.push(bytes);
        if (end === undefined) continue;
        void this.#readRest();
        return end;
      }
      return lost('terminal.protocol');
    } catch (error) {
      const code = errorCode(error);
      const isBroken = code.startsWith('format.');
      if (isBroken) this.#control.reset(PTY_RESET_PROTOCOL);
      else this.#isHungUp = error instanceof ClawReachError && error.details['remote'] === false;
      return lost(isBroken ? 'terminal.protocol' : code);
    }
  }

  async #readRest(): Promise<void> {
    try {
      while ((await this.#control.read()) !== null) this.#control.reset(PTY_RESET_PROTOCOL);
    } catch {
      // It is over.
    }
  }
}

function lost(code: string): TerminalEnd {
  return { exitCode: null, signal: null, code };
}
