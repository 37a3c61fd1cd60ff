import type { RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  cleanTitle,
  parseExecParams,
  type ExecParams,
  type TerminalEnd,
  type TerminalListing,
} from '#shared/terminal/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { AuditLog } from '../../core/store/index.ts';
import { defaultShell, programEnvironment, type ShellCommand, type TerminalHome } from '../process/environment.ts';
import { programName, workingDirectory } from '../pty-host/pty-request.ts';
import { TerminalJournal } from '../journal.ts';
import type { TerminalDevice, TerminalRecorder } from '../terminal.ts';
import { Exec } from './exec.ts';
import { LeftBehind } from './left-behind.ts';
import type { ExecProcess, ExecRequest, StartExec } from './process.ts';

/** Size of a command in lists and recordings, which need one although the command has no terminal. */
export const NOMINAL_SIZE = { cols: 80, rows: 24 } as const;

export type ExecServiceOptions = Readonly<{
  /** Starts a program. */
  start: StartExec;
  clock: Clock;
  logger: Logger;
  /** Facts about this machine and its user, from which a command's folder and environment are made. */
  home: TerminalHome;
  /** Shell to start instead of the user's login shell. */
  shell?: ShellCommand | undefined;
  /** Returns the decision on the peer's right to run commands; with `deny`, `listedFor` returns none. */
  decision(peerId: PeerId): RightDecision;
  /** Tells whether the peer may run one more command; its open terminals count too. */
  hasRoomFor(peerId: PeerId): boolean;
  /** Returns the ID of a new command: 16 random bytes in hexadecimal. */
  createId(): string;
  /** Creates a recorder for a peer's command; undefined if it isn't recorded. */
  record?(peer: TerminalDevice, title: string, cols: number, rows: number): TerminalRecorder | undefined;
  audit?: Pick<AuditLog, 'record'>;
  history?: Pick<PeerHistory, 'begin' | 'resume' | 'end'>;
}>;

/** Command that runs on this device for a peer. */
export type ServedCommand = TerminalDevice & Readonly<{ terminal: string; title: string; startedAt: number }>;

/** Command whose program is being started. */
type StartingCommand = { readonly owner: TerminalDevice; isCancelled: boolean };
/** Facts about a command that are known before its program runs. */
type CommandFacts = Pick<Exec, 'terminal' | 'owner' | 'title' | 'isCommand'>;

/**
 * Service that runs commands of peers on this device without a terminal: starts child processes, copies between their pipes and the peers' streams,
 * and writes to the log, the audit log, the history and recordings. `StreamGate` checks a peer's right before it calls `serve`, and calls `revoke`
 * when the right is taken back. Running commands end with the agent. A finished command may leave programs in the background; these go on until the
 * right is taken back.
 */
export class ExecService {
  readonly #options: ExecServiceOptions;
  readonly #journal: TerminalJournal;
  readonly #execs = new Map<string, Exec>();
  readonly #starting = new Set<StartingCommand>();
  /** Settle when nothing of a command is left to end; `close` waits for them. A command stays here longer than it counts in `size`. */
  readonly #going = new Set<Promise<unknown>>();
  readonly #leftBehind: LeftBehind;
  #isClosed = false;

  constructor(options: ExecServiceOptions) {
    this.#options = options;
    this.#journal = new TerminalJournal(options, true);
    this.#leftBehind = new LeftBehind(options.clock);
  }

  /** Number of commands that run or are being started. */
  get size(): number {
    return this.#execs.size + this.#starting.size;
  }

  /** Counts the peer's commands that run or are being started; they share a limit with its terminals. */
  countOf(peerId: PeerId): number {
    return [...this.#execs.values(), ...this.#starting].filter(({ owner }) => owner.peerId === peerId).length;
  }

  /** Lists the peer's own running commands, oldest first; none if the right is denied. */
  listedFor(peerId: PeerId): readonly TerminalListing[] {
    if (this.#options.decision(peerId) === 'deny') return [];
    return [...this.#execs.values()]
      .filter(({ owner, isEnding }) => owner.peerId === peerId && !isEnding)
      .map(({ terminal, title, startedAt }) => ({
        terminal,
        title,
        startedAt,
        attached: true,
        ...NOMINAL_SIZE,
        openedBy: null,
        heldBy: null,
        ...(title.trim() === '' ? {} : { program: title.trim().slice(0, 64) }),
        noTerminal: true,
      }));
  }

  /** Returns the commands that run here for peers, oldest first. */
  get served(): readonly ServedCommand[] {
    return [...this.#execs.values()]
      .filter(({ isEnding }) => !isEnding)
      .map(({ terminal, title, startedAt, owner }) => ({ terminal, title, startedAt, ...owner }));
  }

  /** Ends a command at once. The peer's right stays. @returns false if no such command runs here */
  stop(terminal: string): boolean {
    const exec = this.#execs.get(terminal);
    if (exec === undefined || exec.isEnding) return false;
    exec.end('terminal.stopped');
    return true;
  }

  /**
   * Answers a stream: one that starts a command is served until the command ends, one for a pipe (such as `stdout`) joins its command. Never rejects.
   */
  async serve(stream: IncomingStream, peer: TerminalDevice): Promise<void> {
    try {
      const params = parseExecParams(stream.params);
      if (this.#isClosed) stream.refuse('terminal.shutdown', 'commands are shut down');
      else if (params.action === 'start') await this.#start(stream, params, peer);
      else this.#attach(stream, params, peer);
    } catch (error) {
      const code = errorCode(error);
      this.#options.logger.debug('command refused', { errorCode: code, peer: peer.peerId });
      stream.refuse(code, code === 'internal' ? 'internal error' : errorMessage(error).slice(0, 256));
    }
  }

  /** Ends the peer's commands at once, and the programs that its finished commands left in the background. */
  revoke(peerId: PeerId): void {
    for (const pending of this.#starting) if (pending.owner.peerId === peerId) pending.isCancelled = true;
    for (const exec of this.#execs.values()) if (exec.owner.peerId === peerId) exec.end('terminal.revoked');
    const groups = this.#leftBehind.revoke(peerId);
    if (groups > 0) this.#options.logger.info('ending what commands left in the background', { peer: peerId, groups });
  }

  /** Ends all running commands and waits until they are gone. Programs that finished commands left in the background go on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const pending of this.#starting) pending.isCancelled = true;
    for (const exec of this.#execs.values()) exec.end('terminal.shutdown');
    await this.#leftBehind.close();
    await Promise.all(this.#going);
  }

  /** Makes `close` wait for this promise. */
  #wait(going: Promise<unknown>): void {
    const settled = going.then(
      () => undefined,
      () => undefined,
    );
    this.#going.add(settled);
    void settled.then(() => this.#going.delete(settled));
  }

  #attach(
    stream: IncomingStream,
    { exec: name, pipe }: Extract<ExecParams, { action: 'pipe' }>,
    { peerId }: TerminalDevice,
  ): void {
    const exec = this.#execs.get(name);
    if (exec === undefined || exec.owner.peerId !== peerId || !exec.canAttach(pipe)) {
      stream.refuse('terminal.unknown', 'no such command, or it has this pipe already');
      return;
    }
    if (!stream.cancelled.aborted) exec.attach(pipe, stream.accept());
  }

  async #start(
    stream: IncomingStream,
    params: Extract<ExecParams, { action: 'start' }>,
    peer: TerminalDevice,
  ): Promise<void> {
    const { home, logger } = this.#options;
    if (!this.#options.hasRoomFor(peer.peerId)) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    if (!this.#leftBehind.hasRoomFor(peer.peerId)) {
      stream.refuse('terminal.too-many-left', 'commands have left too many programs running in the background');
      return;
    }
    const shell = this.#options.shell ?? defaultShell(home);
    const [file = shell.file, ...args] = params.command ?? [shell.file, ...shell.args];
    const cwd = workingDirectory(home, params);
    const request = { file, args, cwd, environment: { ...programEnvironment(home, shell.file), PWD: cwd } };
    const named = {
      terminal: this.#options.createId(),
      owner: peer,
      title: cleanTitle(programName(file)),
      isCommand: params.command !== undefined,
    };
    const pending: StartingCommand = { owner: peer, isCancelled: false };
    this.#starting.add(pending);
    let exec: Exec;
    try {
      const starting = this.#options.start(request);
      this.#wait(starting);
      const process = await starting;
      if (pending.isCancelled || stream.cancelled.aborted) {
        discard(process);
        if (pending.isCancelled) stream.refuse('terminal.revoked', 'the right was taken back');
        return;
      }
      exec = this.#take(stream, process, named, request);
    } finally {
      this.#starting.delete(pending);
    }
    await exec.serve();
    logger.debug('command over', { peer: peer.peerId });
  }

  /** Creates the command for a program that was started. Ends the program if that fails. */
  #take(stream: IncomingStream, process: ExecProcess, named: CommandFacts, request: ExecRequest): Exec {
    const { clock, home, record } = this.#options;
    const { terminal, owner, title } = named;
    let recorder: TerminalRecorder | undefined;
    let isNoted = false;
    try {
      recorder = record?.(owner, title, NOMINAL_SIZE.cols, NOMINAL_SIZE.rows);
      isNoted = true;
      this.#journal.opened(named, request, home.username, process.pid);
      const exec = new Exec(stream.accept({ exec: terminal }), {
        ...named,
        startedAt: Math.max(0, Math.floor(clock.now())),
        process,
        clock,
        recorder,
        onEnd: (end) => this.#ended(exec, process, end),
      });
      this.#execs.set(terminal, exec);
      this.#wait(exec.gone);
      return exec;
    } catch (error) {
      discard(process);
      void recorder?.stop();
      if (isNoted) this.#journal.ended(named, { exitCode: null, signal: null, code: 'terminal.spawn' });
      throw error;
    }
  }

  #ended(exec: Exec, process: ExecProcess, end: TerminalEnd): void {
    const { terminal, owner } = exec;
    this.#execs.delete(terminal);
    if (exec.isFinished && this.#leftBehind.add(owner.peerId, process))
      this.#options.logger.info('a command left programs in the background', {
        terminal,
        peer: owner.peerId,
        pid: exec.pid,
      });
    this.#journal.ended(exec, end);
  }
}

/** Kills a program at once and closes its pipes. */
function discard(process: ExecProcess): void {
  process.signal('SIGKILL');
  process.stdin.destroy();
  process.stdout.destroy();
  process.stderr.destroy();
}
