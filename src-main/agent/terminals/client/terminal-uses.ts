import type { Session } from '#shared/link/index.ts';
import type { HistoryFacts, PeerHistory } from '../../history/index.ts';
import type { PeerRecord } from '../../peers/index.ts';
import { listTerminals, type OpenTerminalParams } from './client.ts';
import type { TerminalConnection } from './connection.ts';
import { OpenedPrograms, type OpenedProgram } from './opened-programs.ts';

/** Longest time to wait for the name and folder of a terminal's program, ms. */
const PROGRAM_TIMEOUT = 10_000;

/** Terminal that was just opened, attached to or viewed on a peer, and the request for it. */
export type TerminalUse = Readonly<{
  peer: Pick<PeerRecord, 'peerId' | 'name'>;
  kind: 'terminal' | 'shared';
  session: Session;
  terminal: Pick<TerminalConnection, 'terminal' | 'ended' | 'isHungUp'>;
  wanted: Pick<OpenTerminalParams, 'command' | 'directory' | 'shell' | 'terminal'>;
}>;

/**
 * Records terminals on peers in the history, each with its program and folder. The peer is asked for those that only it knows, such as the name of its
 * login shell. One per agent, of the handlers of terminals on peers.
 */
export class TerminalUses {
  readonly #history: Pick<PeerHistory, 'begin' | 'describe' | 'end'>;
  readonly #programs = new OpenedPrograms();

  constructor(history: Pick<PeerHistory, 'begin' | 'describe' | 'end'>) {
    this.#history = history;
  }

  /** Records a terminal until it ends or this device leaves it. */
  note({ peer: { peerId, name: peerName }, kind, session, terminal, wanted }: TerminalUse): void {
    const opened = this.#programs.of(terminal.terminal, wanted);
    const entry = this.#history.begin({ kind, direction: 'out', peerId, peerName, ...factsOf(opened) });
    if (kind === 'terminal' && (opened.program === '' || opened.folder === undefined))
      void this.#ask(entry, session, terminal.terminal, opened);
    void terminal.ended.then(({ code, signal, exitCode }) => {
      const gone = terminal.isHungUp === true ? 'closed' : 'left';
      this.#history.end(entry, code ?? signal ?? (exitCode === null ? gone : `exit ${exitCode}`));
    });
  }

  /** Asks the peer for what this device doesn't know of a terminal. No person there is asked. Never rejects. */
  async #ask(entry: string, session: Session, terminal: string, opened: OpenedProgram): Promise<void> {
    try {
      const signal = AbortSignal.timeout(PROGRAM_TIMEOUT);
      const listings = await listTerminals(session, signal, { watched: true, folders: true });
      const listing = listings.find((one) => one.terminal === terminal);
      if (listing === undefined) return;
      const folder = opened.folder ?? listing.foreground?.folder;
      const told = { program: opened.program || listing.title, ...(folder === undefined ? {} : { folder }) };
      this.#programs.learn(terminal, told);
      this.#history.describe(entry, factsOf(told));
    } catch {
      // A peer that doesn't answer, or of an older version: the entry stays without them.
    }
  }
}

function factsOf({ program, folder }: OpenedProgram): Pick<HistoryFacts, 'detail' | 'facts'> {
  return { detail: program, facts: folder === undefined ? [] : [{ fact: 'folder', value: folder }] };
}
