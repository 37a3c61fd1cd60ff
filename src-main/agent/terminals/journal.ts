import type { TerminalEnd } from '#shared/terminal/index.ts';
import type { KeptTerminal } from './backend.ts';
import { HistoryEntries } from './history-entries.ts';
import type { TerminalServiceOptions } from './service-options.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

/** What is written down of who had a terminal here, and when: in the log, in the audit log, and as sessions of the history. */
export class TerminalJournal {
  readonly #logger: TerminalServiceOptions['logger'];
  readonly #audit: TerminalServiceOptions['audit'];
  readonly #entries: HistoryEntries;

  constructor({ logger, audit, history }: Pick<TerminalServiceOptions, 'logger' | 'audit' | 'history'>) {
    this.#logger = logger;
    this.#audit = audit;
    this.#entries = new HistoryEntries(history);
  }

  /** Whether an entry of the history is of a terminal that runs. */
  runs(entry: string): boolean {
    return this.#entries.runs(entry);
  }

  /** @param program its name, without where it lies */
  opened({ terminal, owner }: Terminal, program: string, pid: number): void {
    const { peerId: peer, name } = owner;
    this.#logger.info('terminal opened', { terminal, peer, name, pid });
    this.#audit?.record('terminal.opened', { peer, name, terminal, program });
    this.#entries.begin(terminal, owner, program);
  }

  /** Who has it watches it again. @param by under the name of now */
  attached({ terminal }: Terminal, { peerId: peer, name }: TerminalDevice): void {
    this.#audit?.record('terminal.attached', { peer, name, terminal });
  }

  /** @param from who had it before */
  takenOver({ terminal, owner, listing }: Terminal, { peerId: from, name: fromName }: TerminalDevice): void {
    const { peerId: peer, name } = owner;
    this.#entries.end(terminal, 'taken-over');
    this.#entries.begin(terminal, owner, listing.title);
    this.#logger.info('terminal taken over by another device', { terminal, peer, from });
    this.#audit?.record('terminal.taken-over', { peer, name, terminal, from, fromName });
  }

  /** The agent before has left it to this one. */
  resumed({ terminal, owner }: Terminal, pid: number): void {
    this.#logger.info('terminal taken over', { terminal, peer: owner.peerId, name: owner.name, pid });
    this.#entries.resume(terminal, owner);
  }

  /** Left by the agent before, and hung up. @param owner who had it; undefined where that cannot be read */
  notResumed({ terminal, owner: { peerId } }: KeptTerminal, owner: TerminalDevice | undefined, decision: string): void {
    this.#logger.info('terminal of the agent before not taken over', { terminal, peer: peerId, decision });
    if (owner !== undefined) this.#auditEnd(terminal, owner, 'terminal.revoked', null);
  }

  ended({ terminal, owner }: Terminal, { code, exitCode, signal }: TerminalEnd): void {
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
