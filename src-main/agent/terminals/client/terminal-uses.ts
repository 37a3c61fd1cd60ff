import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { HistoryEnd, HistoryFacts, PeerHistory } from '../../history/index.ts';
import type { PeerRecord } from '../../peers/index.ts';
import { listTerminals, type OpenTerminalParams } from './client.ts';
import type { TerminalConnection } from './connection.ts';
import { OpenedPrograms, type OpenedProgram } from './opened-programs.ts';

/** Most programs besides the first one that an entry names. */
const MOST_PROGRAMS = 4;
/** Most terminals that were left and whose end is still of interest; the oldest are forgotten. */
const MOST_LEFT = 100;
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

/** Outcomes of a terminal that runs on at the peer, and of one that has ended since. */
const LEFT = 'left';
const LEFT_ENDED = 'left-ended';
/** Codes with which a machine ends a terminal; with others it runs on. */
const ENDS: ReadonlySet<string> = new Set(['terminal.revoked', 'terminal.stopped']);

type UsedHistory = Pick<PeerHistory, 'begin' | 'correct' | 'describe' | 'end'>;
/** Use of a terminal that was left, and the end that its entry has. */
type LeftUse = Readonly<{ peerId: PeerId; terminal: string; entry: string; end: HistoryEnd }>;

/**
 * Records terminals on peers in the history, each with its programs, its folder, and the name that the person has given it. The peer is asked for those that only it knows, such as the name of its
 * login shell. One per agent, of the handlers of terminals on peers.
 */
export class TerminalUses {
  readonly #history: UsedHistory;
  readonly #programs = new OpenedPrograms();
  /** Terminals by the entry of each use that goes on. */
  readonly #open = new Map<string, string>();
  /** Program that each terminal ran when its machine was asked last. */
  #seen: ReadonlyMap<string, string> = new Map();
  /** Entries of terminals that were left running, and aren't known to have ended. */
  #left: readonly LeftUse[] = [];

  constructor(history: UsedHistory) {
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
      const gone = terminal.isHungUp === true ? 'closed' : LEFT;
      const outcome = code ?? signal ?? (exitCode === null ? gone : `exit ${exitCode}`);
      const end = this.#history.end(entry, outcome);
      if (outcome === LEFT && kind === 'terminal' && end !== undefined)
        this.#left = [...this.#left, { peerId, terminal: terminal.terminal, entry, end }].slice(-MOST_LEFT);
      // A machine whose agent stops ends all its terminals.
      else if (code === 'terminal.shutdown') this.#leftEnded(peerId, () => true);
      // Its last use says how it has ended; the earlier ones were left.
      else if (code === null || ENDS.has(code)) this.#leftEnded(peerId, (left) => left === terminal.terminal);
    });
  }

  /** Takes over what a machine lists: those of this device's terminals that it lacks have ended. */
  listed(peerId: PeerId, listings: readonly Readonly<{ terminal: string }>[]): void {
    const running = new Set(listings.map(({ terminal }) => terminal));
    this.#leftEnded(peerId, (terminal) => !running.has(terminal));
  }

  /** Notes that terminals which were left on a machine have ended since. */
  #leftEnded(peerId: PeerId, hasEnded: (terminal: string) => boolean): void {
    const ended = this.#left.filter((left) => left.peerId === peerId && hasEnded(left.terminal));
    this.#left = this.#left.filter((left) => !ended.includes(left));
    for (const { entry, end } of ended) this.#history.correct(entry, { ...end, outcome: LEFT_ENDED });
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
