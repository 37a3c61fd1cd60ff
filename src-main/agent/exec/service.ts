import type { RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { cleanTitle, parseExecParams, type ExecParams, type TerminalListing } from '#shared/terminal/index.ts';
import type { SessionHistory } from '../history/index.ts';
import type { AuditLog } from '../store/index.ts';
import {
  defaultShell,
  programName,
  programPlace,
  terminalEnvironment,
  TerminalJournal,
  type ProgramStart,
  type TerminalDevice,
  type TerminalHome,
  type TerminalRecorder,
} from '../terminals/index.ts';
import { Exec } from './exec.ts';
import type { StartExec } from './process.ts';

/** Size of a terminal that is recorded or listed where there is none. */
const NO_SIZE = { cols: 80, rows: 24 } as const;

export type ExecServiceOptions = Readonly<{
  start: StartExec;
  clock: Clock;
  logger: Logger;
  home: TerminalHome;
  /** Instead of the user's login shell. */
  shell?: ProgramStart | undefined;
  /** Decision on what a peer may do here now. */
  decision(peerId: PeerId): RightDecision;
  /** Tells whether one more of this peer may run, with the terminals that it has. */
  hasRoomFor(peerId: PeerId): boolean;
  /** 16 random bytes in hexadecimal. */
  createName(): string;
  /** What a peer does here is to be recorded; undefined where it is not. */
  record?(peer: TerminalDevice, title: string, cols: number, rows: number): TerminalRecorder | undefined;
  audit?: Pick<AuditLog, 'record'>;
  history?: Pick<SessionHistory, 'begin' | 'resume' | 'end'>;
}>;

/** A command whose program is being started. */
type Opening = { readonly owner: TerminalDevice; isCancelled: boolean };

/**
 * Commands that peers run here without a terminal. The caller of `serve` has checked the right, and calls `revoke` when it is taken back. They
 * are children of this process, and end with it.
 */
export class ExecService {
  readonly #options: ExecServiceOptions;
  readonly #journal: TerminalJournal;
  readonly #execs = new Map<string, Exec>();
  readonly #openings = new Set<Opening>();
  /** Those that are on their way out, also where they count no more. */
  readonly #leaving = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: ExecServiceOptions) {
    this.#options = options;
    this.#journal = new TerminalJournal(options);
  }

  /** Commands that run. */
  get size(): number {
    return this.#execs.size + this.#openings.size;
  }

  countOf(peerId: PeerId): number {
    return [...this.#execs.values(), ...this.#openings].filter(({ owner }) => owner.peerId === peerId).length;
  }

  /** Commands of the peer that it may see, oldest first. */
  listedFor(peerId: PeerId): readonly TerminalListing[] {
    if (this.#options.decision(peerId) === 'deny') return [];
    return [...this.#execs.values()]
      .filter(({ owner, isLeaving }) => owner.peerId === peerId && !isLeaving)
      .map(({ terminal, title, startedAt }) => ({
        terminal,
        title,
        startedAt,
        attached: true,
        ...NO_SIZE,
        openedBy: null,
        heldBy: null,
        ...(title.trim() === '' ? {} : { program: title.trim().slice(0, 64) }),
        noTerminal: true,
      }));
  }

  /** Answers the stream and serves it to its end. Never rejects. */
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

  /** Ends what runs for this peer, at once. */
  revoke(peerId: PeerId): void {
    for (const opening of this.#openings) if (opening.owner.peerId === peerId) opening.isCancelled = true;
    for (const exec of this.#execs.values()) if (exec.owner.peerId === peerId) this.#end(exec, 'terminal.revoked');
  }

  /** Ends everything, and waits until it is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const opening of this.#openings) opening.isCancelled = true;
    for (const exec of this.#execs.values()) this.#end(exec, 'terminal.shutdown');
    await Promise.all(this.#leaving);
  }

  #end(exec: Exec, code: 'terminal.revoked' | 'terminal.shutdown'): void {
    const { gone } = exec;
    this.#leaving.add(gone);
    void gone.then(() => this.#leaving.delete(gone));
    exec.end(code);
  }

  #attach(
    stream: IncomingStream,
    { exec: name, pipe }: Extract<ExecParams, { action: 'pipe' }>,
    { peerId }: TerminalDevice,
  ): void {
    const exec = this.#execs.get(name);
    if (exec === undefined || exec.owner.peerId !== peerId || !exec.has(pipe)) {
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
    const { clock, home, logger, record } = this.#options;
    if (!this.#options.hasRoomFor(peer.peerId)) {
      stream.refuse('terminal.too-many', 'too many terminals are open');
      return;
    }
    const shell = this.#options.shell ?? defaultShell(home);
    const [file = shell.file, ...args] = params.command ?? [shell.file, ...shell.args];
    const cwd = programPlace(home, params);
    // Without a terminal there is no kind of it.
    const { TERM: _term, ...environment } = terminalEnvironment(home, '', shell.file);
    const request = { file, args, cwd, environment: { ...environment, PWD: cwd } };
    const opening: Opening = { owner: peer, isCancelled: false };
    this.#openings.add(opening);
    let exec: Exec;
    try {
      const process = await this.#options.start(request);
      const title = cleanTitle(programName(file));
      if (opening.isCancelled || stream.cancelled.aborted) {
        process.signal('SIGKILL');
        process.stdin.destroy();
        process.stdout.destroy();
        process.stderr.destroy();
        if (opening.isCancelled) stream.refuse('terminal.revoked', 'the right was taken back');
        return;
      }
      const terminal = this.#options.createName();
      exec = new Exec(stream.accept({ exec: terminal }), {
        terminal,
        owner: peer,
        title,
        isCommand: params.command !== undefined,
        startedAt: Math.max(0, Math.floor(clock.now())),
        process,
        clock,
        recorder: record?.(peer, title, NO_SIZE.cols, NO_SIZE.rows),
        onEnd: (end) => {
          this.#execs.delete(terminal);
          this.#journal.ended(exec, end);
        },
      });
      this.#execs.set(terminal, exec);
      this.#journal.opened(exec, request, home.username, process.pid);
    } finally {
      this.#openings.delete(opening);
    }
    await exec.serve();
    logger.debug('command over', { peer: peer.peerId });
  }
}
