import type { RightDecision } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { NO_TERMINAL, type TerminalEnd } from '#shared/terminal/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import type { DetachedTerminal, PtyRequest } from './pty-host/backend.ts';
import { HistoryEntries } from './history-entries.ts';
import { programName } from './pty-host/pty-request.ts';
import type { TerminalServiceOptions } from './service-options.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

/** Longest program name, command and folder in the audit log, UTF-16 code units. The entry says how many were left out. */
const MAX_PROGRAM = 128;
const MAX_COMMAND = 2048;
const MAX_FOLDER = 4096;

/** Terminal, or command without a terminal, that an entry is about: its ID and the device that holds it. */
type JournalSubject = Pick<Terminal, 'terminal' | 'owner'>;

/**
 * Journal of what peers run on this device: writes the start, takeover and end of terminals to the log, the audit log and the history.
 * `TerminalService` has one, and `ExecService` another one for commands without a terminal.
 */
export class TerminalJournal {
  readonly #logger: TerminalServiceOptions['logger'];
  readonly #audit: TerminalServiceOptions['audit'];
  readonly #entries: HistoryEntries;
  readonly #piped: boolean;

  /** @param piped true for commands without a terminal */
  constructor({ logger, audit, history }: Pick<TerminalServiceOptions, 'logger' | 'audit' | 'history'>, piped = false) {
    this.#piped = piped;
    this.#logger = logger;
    this.#audit = audit;
    this.#entries = new HistoryEntries(history);
  }

  /** Tells whether a history entry belongs to a running terminal. */
  runs(entry: string): boolean {
    return this.#entries.runs(entry);
  }

  /**
   * Records a new terminal or command.
   * @param user operating system's account that runs it
   */
  opened(
    { terminal, owner, isCommand }: JournalSubject & Pick<Terminal, 'isCommand'>,
    { file, args, cwd: folder, environment }: Pick<PtyRequest, 'file' | 'args' | 'cwd' | 'environment'>,
    user: string,
    pid: number,
  ): void {
    const { peerId: peer, name } = owner;
    const program = programName(file);
    const command = isCommand ? commandLine([file, ...args]) : null;
    const term = this.#piped ? NO_TERMINAL : (environment['TERM'] ?? NO_TERMINAL);
    this.#logger.info('terminal opened', { terminal, peer, name, pid });
    this.#audit?.record('terminal.opened', {
      peer,
      name,
      terminal,
      program: cleanDetail(program, MAX_PROGRAM),
      command: command === null ? null : cleanDetail(command, MAX_COMMAND),
      folder: cleanDetail(folder, MAX_FOLDER),
      user,
      term,
      piped: this.#piped,
    });
    this.#entries.begin(terminal, owner, command ?? program, [
      { fact: 'folder', value: folder },
      { fact: 'user', value: user },
      ...(isCommand ? [] : [{ fact: 'shell', value: file } as const]),
      { fact: 'term', value: term },
    ]);
  }

  /** Records that the holder attached to the terminal again. */
  attached({ terminal }: Terminal, { peerId: peer, name }: TerminalDevice): void {
    this.#audit?.record('terminal.attached', { peer, name, terminal });
  }

  /** Records that another device took over the terminal. @param previous device that held it before */
  takenOver({ terminal, owner, listing }: Terminal, previous: TerminalDevice): void {
    const { peerId: peer, name } = owner;
    const { peerId: from, name: fromName } = previous;
    this.#entries.end(terminal, 'taken-over');
    this.#entries.begin(terminal, owner, listing.title);
    this.#logger.info('terminal taken over by another device', { terminal, peer, from });
    this.#audit?.record('terminal.taken-over', { peer, name, terminal, from, fromName });
  }

  /** Records that a terminal of the previous agent continues in this one. */
  resumed({ terminal, owner }: Terminal, pid: number): void {
    this.#logger.info('terminal taken over', { terminal, peer: owner.peerId, name: owner.name, pid });
    this.#entries.resume(terminal, owner);
  }

  /**
   * Records that a terminal of the previous agent was hung up.
   * @param holder device that held it; undefined if its peer ID in the label is malformed
   * @param decision current decision on the holder's right
   */
  notResumed(
    { terminal, owner: { peerId } }: DetachedTerminal,
    holder: TerminalDevice | undefined,
    decision: RightDecision,
  ): void {
    this.#logger.info('terminal of the agent before not taken over', { terminal, peer: peerId, decision });
    if (holder !== undefined)
      this.#auditEnd(terminal, holder, { code: 'terminal.revoked', exitCode: null, signal: null });
  }

  /** Records the end of a terminal or command. */
  ended({ terminal, owner }: JournalSubject, end: TerminalEnd): void {
    const { code, exitCode, signal } = end;
    this.#logger.info('terminal ended', { terminal, peer: owner.peerId });
    this.#auditEnd(terminal, owner, end);
    this.#entries.end(terminal, code ?? signal ?? (exitCode === null ? null : `exit ${exitCode}`));
  }

  #auditEnd(terminal: string, { peerId: peer, name }: TerminalDevice, { code, exitCode, signal }: TerminalEnd): void {
    this.#audit?.record('terminal.ended', { peer, name, terminal, code, exitCode, signal, piped: this.#piped });
  }
}
