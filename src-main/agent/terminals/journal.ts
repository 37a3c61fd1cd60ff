import { cleanDetail } from '#shared/visible-text/index.ts';
import { NO_TERMINAL, type TerminalEnd } from '#shared/terminal/index.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import type { DetachedTerminal, PtyRequest } from './pty-host/backend.ts';
import { HistoryEntries } from './history-entries.ts';
import { programName } from './pty-host/pty-request.ts';
import type { TerminalServiceOptions } from './service-options.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

/** Longest program name in the audit log, characters; the log counts the rest. The next two limit commands and folders. */
const PROGRAM_AUDITED = 128;
const COMMAND_AUDITED = 2048;
const FOLDER_AUDITED = 4096;
/** Fields of a terminal, or of a command without one, that an entry needs. */
type Named = Pick<Terminal, 'terminal' | 'owner'>;

/**
 * Journal of terminals and commands that run on this device for peers: writes their start, takeover and end to the log, the audit log and the
 * history.
 */
export class TerminalJournal {
  readonly #logger: TerminalServiceOptions['logger'];
  readonly #audit: TerminalServiceOptions['audit'];
  readonly #entries: HistoryEntries;

  constructor({ logger, audit, history }: Pick<TerminalServiceOptions, 'logger' | 'audit' | 'history'>) {
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
   * @param user account that it runs as
   */
  opened(
    { terminal, owner, isCommand }: Named & Pick<Terminal, 'isCommand'>,
    { file, args, cwd: folder, environment }: Pick<PtyRequest, 'file' | 'args' | 'cwd' | 'environment'>,
    user: string,
    pid: number,
  ): void {
    const { peerId: peer, name } = owner;
    const program = programName(file);
    const command = isCommand ? commandLine([file, ...args]) : null;
    const term = environment['TERM'] ?? NO_TERMINAL;
    this.#logger.info('terminal opened', { terminal, peer, name, pid });
    this.#audit?.record('terminal.opened', {
      peer,
      name,
      terminal,
      program: cleanDetail(program, PROGRAM_AUDITED),
      command: command === null ? null : cleanDetail(command, COMMAND_AUDITED),
      folder: cleanDetail(folder, FOLDER_AUDITED),
      user,
      term,
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

  /** Records that another device took over the terminal. The last parameter is the previous holder. */
  takenOver({ terminal, owner, listing }: Terminal, { peerId: from, name: fromName }: TerminalDevice): void {
    const { peerId: peer, name } = owner;
    this.#entries.end(terminal, 'taken-over');
    this.#entries.begin(terminal, owner, listing.title);
    this.#logger.info('terminal taken over by another device', { terminal, peer, from });
    this.#audit?.record('terminal.taken-over', { peer, name, terminal, from, fromName });
  }

  /** Records that this agent took over a terminal from the previous agent. */
  resumed({ terminal, owner }: Terminal, pid: number): void {
    this.#logger.info('terminal taken over', { terminal, peer: owner.peerId, name: owner.name, pid });
    this.#entries.resume(terminal, owner);
  }

  /** Records that a terminal of the previous agent was hung up instead of taken over. @param owner previous holder; undefined if it can't be read */
  notResumed(
    { terminal, owner: { peerId } }: DetachedTerminal,
    owner: TerminalDevice | undefined,
    decision: string,
  ): void {
    this.#logger.info('terminal of the agent before not taken over', { terminal, peer: peerId, decision });
    if (owner !== undefined) this.#auditEnd(terminal, owner, 'terminal.revoked', null);
  }

  ended({ terminal, owner }: Named, { code, exitCode, signal }: TerminalEnd): void {
    this.#logger.info('terminal ended', { terminal, peer: owner.peerId });
    this.#auditEnd(terminal, owner, code, exitCode);
    this.#entries.end(terminal, code ?? signal ?? (exitCode === null ? null : `exit ${exitCode}`));
  }

  #auditEnd(
    terminal: string,
    { peerId: peer, name }: TerminalDevice,
    code: TerminalEnd['code'],
    exitCode: number | null,
  ): void {
    this.#audit?.record('terminal.ended', { peer, name, terminal, code, exitCode });
  }
}
