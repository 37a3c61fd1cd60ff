import {
  pickChannel,
  type FromPick,
  type MadeEntry,
  type PickedEntry,
  type PickedPlace,
  type ToPick,
} from '../pick-channel/index.ts';

/** Entries in one message: a message with many files takes long to copy. */
const TOGETHER = 500;
/** Time for which something picked is kept of which the agent has never asked, ms: a person may have cancelled the question after it. */
const UNUSED_LIFE = 600_000;

type Held = Readonly<{ names: readonly string[]; channel: BroadcastChannel; uses: Uses | undefined }>;

/** Transfers into a place, by their numbers. */
type Uses = {
  count: number;
  readonly over: Set<number>;
  /** Entries that each has made there, which a later agent removes before it begins again. */
  readonly made: Map<number, Map<string, MadeEntry>>;
};

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

  /** Keeps a place for what is copied to this browser. @param count number of transfers into it @returns its token */
  keepPlace(place: PickedPlace, count: number): string {
    const uses: Uses = { count, over: new Set(), made: new Map() };
    const answer = (channel: BroadcastChannel): void => {
      const made = new Map([...uses.made].map(([use, entries]) => [use, [...entries.values()]] as const));
      channel.postMessage({ kind: 'place', place, made } satisfies FromPick);
    };
    return this.#keep([], answer, uses);
  }

  /** Notes that only so many transfers into a place were begun. */
  limitPlace(token: string, count: number): void {
    const uses = this.#held.get(token)?.uses;
    if (uses === undefined) return;
    uses.count = count;
    this.#forgetUnused(token, uses);
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

  #forgetUnused(token: string, { count, over }: Uses): void {
    if ([...over].filter((use) => use < count).length >= count) this.forget(token);
  }

  #keep(names: readonly string[], answer: (channel: BroadcastChannel) => void, uses?: Uses): string {
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
        case 'made':
          noteMade(uses, data);
          return;
        default:
          if (uses === undefined || data.use === undefined) {
            this.forget(token);
            return;
          }
          uses.over.add(data.use);
          uses.made.delete(data.use);
          this.#forgetUnused(token, uses);
      }
    };
    this.#held.set(token, { names, channel, uses });
    setTimeout(() => {
      if (!this.#used.has(token)) this.forget(token);
    }, UNUSED_LIFE);
    return token;
  }
}

function noteMade(uses: Uses | undefined, { use, path, isThere }: Extract<ToPick, { kind: 'made' }>): void {
  if (uses === undefined || uses.over.has(use)) return;
  const entries = uses.made.get(use) ?? new Map<string, MadeEntry>();
  uses.made.set(use, entries);
  if (isThere) entries.set(path.join('/'), path);
  else entries.delete(path.join('/'));
}

/** Returns a token that no one guesses: 16 random bytes, hexadecimal. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
