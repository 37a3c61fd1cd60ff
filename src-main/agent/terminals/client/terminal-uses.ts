import type { Session } from '#shared/link/index.ts';
import type { HistoryFacts, PeerHistory } from '../../history/index.ts';
import type { PeerRecord } from '../../peers/index.ts';
import { listTerminals, type OpenTerminalParams } from './client.ts';
import type { TerminalConnection } from './connection.ts';
import { OpenedPrograms, type OpenedProgram } from './opened-programs.ts';

/** Most programs besides the first one that an entry names. */
const MOST_PROGRAMS = 4;
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
 * Records terminals on peers in the history, each with its programs, its folder, and the name that the person has given it. The peer is asked for those that only it knows, such as the name of its
 * login shell. One per agent, of the handlers of terminals on peers.
 */
export class TerminalUses {
  readonly #history: Pick<PeerHistory, 'begin' | 'describe' | 'end'>;
  readonly #programs = new OpenedPrograms();
  /** Terminals by the entry of each use that goes on. */
  readonly #open = new Map<string, string>();
  /** Program that each terminal ran when its machine was asked last. */
  #seen: ReadonlyMap<string, string> = new Map();

  constructor(history: Pick<PeerHistory, 'begin' | 'describe' | 'end'>) {
    this.#history = history;
  }

  /** Records a terminal until it ends or this device leaves it. */
  note({ peer: { peerId, name: peerName }, kind, session, terminal, wanted }: TerminalUse): void {
    const opened = this.#programs.of(terminal.terminal, wanted);
    const entry = this.#history.begin({ kind, direction: 'out', peerId, peerName, ...factsOf(opened) });
    this.#open.set(entry, terminal.terminal);
    if (kind === 'terminal' && (opened.program === '' || opened.folder === undefined))
      void this.#ask(session, terminal.terminal);
    void terminal.ended.then(({ code, signal, exitCode }) => {
      this.#open.delete(entry);
      const gone = terminal.isHungUp === true ? 'closed' : 'left';
      this.#history.end(entry, code ?? signal ?? (exitCode === null ? gone : `exit ${exitCode}`));
    });
  }

  /** Takes over the name that the person has given a terminal; empty for none. */
  rename(terminal: string, name: string): void {
    this.#learn(terminal, { ...this.#programs.known(terminal), name });
  }

  /** Takes over the programs that run in open terminals, as their machine lists them time and again. Those listed once were over in a moment. */
  learn(listings: readonly Readonly<{ terminal: string; program?: string | undefined }>[]): void {
    const before = this.#seen;
    const open = new Set(this.#open.values());
    const latest = listings.map(({ terminal, program = '' }) => [terminal, program] as const);
    this.#seen = new Map([...before, ...latest].filter(([terminal]) => open.has(terminal)));
    for (const [terminal, program] of latest) {
      const known = this.#programs.known(terminal);
      const { others = [] } = known;
      const isNew = program !== known.program && !others.includes(program);
      if (isNew && program !== '' && before.get(terminal) === program && others.length < MOST_PROGRAMS)
        this.#learn(terminal, { ...known, others: [...others, program] });
    }
  }

  #learn(terminal: string, opened: OpenedProgram): void {
    this.#programs.learn(terminal, opened);
    for (const [entry, of] of this.#open) if (of === terminal) this.#history.describe(entry, factsOf(opened));
  }

  /** Asks the peer for what this device doesn't know of a terminal. No person there is asked. Never rejects. */
  async #ask(session: Session, terminal: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(PROGRAM_TIMEOUT);
      const listings = await listTerminals(session, signal, { watched: true, folders: true });
      const listing = listings.find((one) => one.terminal === terminal);
      if (listing === undefined) return;
      const known = this.#programs.known(terminal);
      const folder = known.folder ?? listing.foreground?.folder;
      this.#learn(terminal, { ...known, program: known.program || listing.title, folder });
    } catch {
      // A peer that doesn't answer, or of an older version: the entry stays without them.
    }
  }
}

function factsOf({
  program,
  folder,
  others = [],
  name,
}: OpenedProgram): Pick<HistoryFacts, 'detail' | 'name' | 'facts'> {
  return {
    detail: [program, ...others].filter(Boolean).join(', '),
    name,
    facts: folder === undefined ? [] : [{ fact: 'folder', value: folder }],
  };
}
