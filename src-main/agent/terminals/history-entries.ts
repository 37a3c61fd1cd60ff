import type { ApprovalFact } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { SessionHistory } from '../history/index.ts';
import type { TerminalDevice } from './terminal.ts';

/** The entries of the history that are of terminals of this device: of each the one of who has it now. */
export class HistoryEntries {
  readonly #history: Pick<SessionHistory, 'begin' | 'resume' | 'end'> | undefined;
  readonly #entries = new Map<string, string>();

  /** @param history without it nothing is written down */
  constructor(history: Pick<SessionHistory, 'begin' | 'resume' | 'end'> | undefined) {
    this.#history = history;
  }

  /** Reports whether the entry belongs to a running terminal. */
  runs(entry: string): boolean {
    return [...this.#entries.values()].includes(entry);
  }

  /** @param program what runs in it, for people @param facts what decided what it does */
  begin(
    terminal: string,
    { peerId, name: peerName }: TerminalDevice,
    program: string,
    facts: readonly ApprovalFact[] = [],
  ): void {
    const about = { kind: 'terminal', direction: 'in', peerId, peerName, detail: program, facts } as const;
    const entry = this.#history?.begin(about, entryName(terminal, peerId));
    if (entry !== undefined) this.#entries.set(terminal, entry);
  }

  /** Continues the entry of a terminal that an earlier agent opened. */
  resume(terminal: string, { peerId }: TerminalDevice): void {
    const entry = entryName(terminal, peerId);
    this.#entries.set(terminal, entry);
    this.#history?.resume(entry);
  }

  /** @param outcome a code, or what the program ended with; null where there is nothing to tell */
  end(terminal: string, outcome: string | null): void {
    const entry = this.#entries.get(terminal);
    this.#entries.delete(terminal);
    if (entry !== undefined) this.#history?.end(entry, outcome);
  }
}

/** The same in the next run of the agent, which may be the one that sees the end. */
function entryName(terminal: string, peerId: PeerId): string {
  return `terminal-${terminal}-${peerId.slice(0, 8)}`;
}
