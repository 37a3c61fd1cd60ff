import type { ApprovalFact } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { PeerHistory } from '../history/index.ts';
import type { TerminalDevice } from './terminal.ts';

/**
 * History entries of terminals that run on this device for peers: one running entry per terminal, for its current holder. `PeerHistory`
 * saves them. Used by `TerminalJournal`.
 */
export class HistoryEntries {
  readonly #history: Pick<PeerHistory, 'begin' | 'resume' | 'end'> | undefined;
  readonly #entries = new Map<string, string>();

  /** @param history undefined records nothing */
  constructor(history: Pick<PeerHistory, 'begin' | 'resume' | 'end'> | undefined) {
    this.#history = history;
  }

  /** Tells whether the entry belongs to a running terminal. */
  runs(entry: string): boolean {
    return [...this.#entries.values()].includes(entry);
  }

  /**
   * Begins the entry of a terminal.
   * @param program command line or program name, for people
   * @param facts details, such as folder and user
   */
  begin(
    terminal: string,
    { peerId, name: peerName }: TerminalDevice,
    program: string,
    facts: readonly ApprovalFact[] = [],
  ): void {
    const about = { kind: 'terminal', direction: 'in', peerId, peerName, detail: program, facts } as const;
    const entry = this.#history?.begin(about, entryId(terminal, peerId));
    if (entry !== undefined) this.#entries.set(terminal, entry);
  }

  /** Continues the entry of a terminal that an earlier agent opened. */
  resume(terminal: string, { peerId }: TerminalDevice): void {
    const entry = entryId(terminal, peerId);
    this.#entries.set(terminal, entry);
    this.#history?.resume(entry);
  }

  /**
   * Ends the entry of a terminal.
   * @param outcome error code, signal or exit code, such as `exit 1`; null if unknown
   */
  end(terminal: string, outcome: string | null): void {
    const entry = this.#entries.get(terminal);
    this.#entries.delete(terminal);
    if (entry !== undefined) this.#history?.end(entry, outcome);
  }
}

/** Returns the ID of a terminal's entry. A later run of the agent derives the same ID, and can end the entry. */
function entryId(terminal: string, peerId: PeerId): string {
  return `terminal-${terminal}-${peerId.slice(0, 8)}`;
}
