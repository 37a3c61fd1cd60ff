import { pickChannel, type FromPick, type PickedEntry, type PickedPlace, type ToPick } from '../pick-channel/index.ts';

/** Entries in one message: a message with many files takes long to copy. */
const TOGETHER = 500;
/** Time for which something picked is kept of which the agent has never asked, ms: a person may have cancelled the question after it. */
const UNUSED_LIFE = 600_000;

type Held = Readonly<{ names: readonly string[]; channel: BroadcastChannel }>;

export type PagePicksOptions = Readonly<{
  /** Has the browser save a file, under a name without any path. */
  save(name: string, file: Blob): void;
}>;

/** Files, folders and places that a person has picked in this page. The agent asks for them by their tokens, and says when they are needed no more. */
export class PagePicks {
  readonly #save: PagePicksOptions['save'];
  readonly #held = new Map<string, Held>();
  readonly #taken = new Set<string>();
  /** Tokens for which the agent has asked. */
  readonly #used = new Set<string>();

  constructor({ save }: PagePicksOptions) {
    this.#save = save;
  }

  /** True while the agent uses something that was picked here: it is gone with the page. */
  get areUsed(): boolean {
    return this.#used.size > 0;
  }

  /** Keeps files and folders, folders before what is in them. @returns their token */
  keepEntries(entries: readonly PickedEntry[]): string {
    const tops = entries.filter(({ path }) => path.length === 1).map(({ path }) => path[0] ?? '');
    return this.#keep(tops, (channel) => {
      for (let at = 0; at === 0 || at < entries.length; at += TOGETHER) {
        const isLast = at + TOGETHER >= entries.length;
        const some = entries.slice(at, at + TOGETHER);
        channel.postMessage({ kind: 'entries', entries: some, isLast } satisfies FromPick);
      }
    });
  }

  /** Keeps a place for what is copied to this browser. @param uses number of transfers into it @returns its token */
  keepPlace(place: PickedPlace, uses: number): string {
    return this.#keep([], (channel) => channel.postMessage({ kind: 'place', place, uses } satisfies FromPick));
  }

  /** Returns the names at the top of what was picked, once: it is for one transfer. Undefined for a token of none. */
  take(token: string): readonly string[] | undefined {
    if (this.#taken.has(token)) return undefined;
    const names = this.#held.get(token)?.names;
    if (names !== undefined) this.#taken.add(token);
    return names;
  }

  /** Forgets something that is not needed after all. */
  forget(token: string): void {
    this.#held.get(token)?.channel.close();
    this.#held.delete(token);
    this.#used.delete(token);
    this.#taken.delete(token);
  }

  #keep(names: readonly string[], answer: (channel: BroadcastChannel) => void): string {
    const token = newToken();
    const channel = pickChannel(token);
    channel.onmessage = ({ data }: MessageEvent<ToPick>) => {
      switch (data.kind) {
        case 'ask':
          this.#used.add(token);
          answer(channel);
          return;
        case 'save':
          this.#save(data.name, data.file);
          channel.postMessage({ kind: 'saved', id: data.id } satisfies FromPick);
          return;
        default:
          this.forget(token);
      }
    };
    this.#held.set(token, { names, channel });
    setTimeout(() => {
      if (!this.#used.has(token)) this.forget(token);
    }, UNUSED_LIFE);
    return token;
  }
}

/** Returns a token that no one guesses: 16 random bytes, hexadecimal. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
