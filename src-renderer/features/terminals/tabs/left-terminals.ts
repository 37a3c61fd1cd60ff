import * as z from 'zod';
import type { TerminalView } from '#shared/app-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { LEFT_KEY } from '../../../store/index.ts';
import { sameHost, type TerminalHost } from '../session/terminal-host.ts';
import type { TabStorage } from './saved-tabs.ts';
import { tidyTitle } from './title.ts';

/** Most terminals that are remembered; the oldest are forgotten. */
const MOST = 50;

const hosts = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('peer'), peerId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('gateway'), gatewayId: z.string().min(1).max(64) }),
]);
const leftTerminal = z.strictObject({
  host: hosts,
  terminal: z.string().min(1).max(128),
  title: z.string().max(256).transform(tidyTitle),
  /** Name that the person has given its tab; missing without one. */
  name: z.string().max(256).transform(tidyTitle).optional(),
});

/** Terminal that the person left running: its machine, its ID there, the program that ran, and the tab's name, as untrusted text. */
export type LeftTerminal = Readonly<z.infer<typeof leftTerminal>>;

/** Entry of a machine's list, as far as it tells which terminals were left running. */
export type ListedTerminal = Pick<TerminalView, 'terminal' | 'title' | 'attached'> &
  Partial<Pick<TerminalView, 'openedBy' | 'heldBy' | 'noTerminal' | 'program'>>;

/** Terminals that the person left running, latest last, stored for the next start. Used by `TerminalTabs`. */
export class LeftTerminals {
  readonly #storage: TabStorage;
  #all: readonly LeftTerminal[];

  constructor(storage: TabStorage) {
    this.#storage = storage;
    this.#all = read(storage);
  }

  get all(): readonly LeftTerminal[] {
    return this.#all;
  }

  /** Returns a terminal that was left; undefined if it wasn't, or has ended. */
  find(host: TerminalHost, terminal: string): LeftTerminal | undefined {
    return this.#all.find((left) => left.terminal === terminal && sameHost(left.host, host));
  }

  /** Adds a terminal that was left. */
  add(left: LeftTerminal): void {
    this.#set([...this.#without(left.host, left.terminal), left].slice(-MOST));
  }

  /** Removes a terminal that is open again. */
  remove(host: TerminalHost, terminal: string): void {
    const others = this.#without(host, terminal);
    if (others.length < this.#all.length) this.#set(others);
  }

  /**
   * Takes over what a machine lists: forgets terminals that have ended or that another device holds, and adds those that this device left in another way,
   * such as with a command.
   * @param isOpen reports whether a terminal is open in this window
   */
  apply(host: TerminalHost, listed: readonly ListedTerminal[], isOpen: (terminal: string) => boolean): void {
    const own = listed.filter(
      ({ heldBy = null, noTerminal, terminal }) => heldBy === null && noTerminal !== true && !isOpen(terminal),
    );
    const kept = this.#all.filter(
      (left) => !sameHost(left.host, host) || own.some(({ terminal }) => terminal === left.terminal),
    );
    const added = own
      .filter(({ attached, openedBy = null }) => !attached && openedBy === null)
      .filter(({ terminal }) => !kept.some((left) => sameHost(left.host, host) && left.terminal === terminal))
      .map(({ terminal, title, program }) => ({ host, terminal, title: tidyTitle(program ?? title) }));
    if (added.length > 0 || kept.length < this.#all.length) this.#set([...kept, ...added].slice(-MOST));
  }

  /** Returns the terminals on a machine that its list no longer has, so that they have ended. */
  endedBy(host: TerminalHost, listed: readonly Pick<ListedTerminal, 'terminal'>[]): readonly LeftTerminal[] {
    return this.#all.filter(
      (left) => sameHost(left.host, host) && listed.every(({ terminal }) => terminal !== left.terminal),
    );
  }

  #without(host: TerminalHost, terminal: string): readonly LeftTerminal[] {
    return this.#all.filter((left) => left.terminal !== terminal || !sameHost(left.host, host));
  }

  #set(all: readonly LeftTerminal[]): void {
    this.#all = all;
    try {
      this.#storage.setItem(LEFT_KEY, JSON.stringify(all));
    } catch {
      // A full or forbidden storage only loses the list after a restart.
    }
  }
}

/** Reads the stored terminals. Skips invalid ones. */
function read(storage: TabStorage): readonly LeftTerminal[] {
  try {
    const given: unknown = JSON.parse(storage.getItem(LEFT_KEY) ?? '[]');
    if (!Array.isArray(given)) return [];
    return given.slice(-MOST).flatMap((entry: unknown) => safeParse(leftTerminal, entry).data ?? []);
  } catch {
    // Without storage or valid JSON there are none.
    return [];
  }
}
