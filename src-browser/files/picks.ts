import { FilesError, PAGE_PICKED } from '#shared/files/index.ts';
import {
  pickChannel,
  type FromPick,
  type MadeEntry,
  type PickedEntry,
  type PickedPlace,
  type ToPick,
} from '../pick-channel/index.ts';

/** Longest time to an answer of the page, ms. A tab that isn't in front answers as soon as others. */
const ANSWER_WITHIN = 10_000;
/** Longest time in which the browser takes a file to save, ms. */
const SAVE_WITHIN = 60_000;

/** File, or folder with what is in it. */
export type PickedNode = Readonly<{
  name: string;
  mtime: number;
  /** Undefined for a folder. */
  file: File | undefined;
  below: Map<string, PickedNode>;
}>;

/** Place that was picked, and what each transfer into it had made there when the page was asked. */
export type UsedPlace = Readonly<{ place: PickedPlace; made: ReadonlyMap<number, readonly MadeEntry[]> }>;

type Pick = Readonly<{ channel: BroadcastChannel; tops: readonly PickedNode[]; place: UsedPlace | undefined }>;

/**
 * Files, folders and places that people have picked in pages of this browser, by their tokens. The agent asks the page for them when it needs them, and again
 * after another tab has taken it over. They are gone with the page.
 */
export class Picks {
  readonly #picks = new Map<string, Promise<Pick>>();
  readonly #answerWithin: number;

  /** @param answerWithin longest time to an answer of the page, ms */
  constructor(answerWithin = ANSWER_WITHIN) {
    this.#answerWithin = answerWithin;
  }

  /** Returns what was picked at the top. @throws {FilesError} `file.page-closed` */
  async tops(token: string): Promise<readonly PickedNode[]> {
    return (await this.#pick(token)).tops;
  }

  /** Returns the place that was picked. @throws {FilesError} `file.page-closed` */
  async place(token: string): Promise<UsedPlace> {
    const { place } = await this.#pick(token);
    if (place === undefined) throw closed();
    return place;
  }

  /** Has the browser save a file, under a name. @throws {FilesError} `file.page-closed` */
  async save(token: string, file: Readonly<{ id: string; name: string; file: Blob }>): Promise<void> {
    const { channel } = await this.#pick(token);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => finish(closed()), SAVE_WITHIN);
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        channel.removeEventListener('message', hear);
        if (error === undefined) resolve();
        else reject(error);
      };
      const hear = ({ data }: MessageEvent<FromPick>): void => {
        if (data.kind === 'saved' && data.id === file.id) finish();
      };
      channel.addEventListener('message', hear);
      channel.postMessage({ kind: 'save', ...file } satisfies ToPick);
    });
  }

  /** Tells the page what a transfer has made in a picked folder, or has removed there. */
  note(token: string, made: Readonly<{ use: number; path: MadeEntry; isThere: boolean }>): void {
    this.#picks.get(token)?.then(
      ({ channel }) => channel.postMessage({ kind: 'made', ...made } satisfies ToPick),
      () => undefined,
    );
  }

  /**
   * Tells the page that something picked is needed no more.
   * @param use number of the only transfer that doesn't need it; undefined: none does
   * @param isKept true if other transfers of this agent use it
   */
  release(token: string, use?: number, isKept = false): void {
    const pick = this.#picks.get(token);
    if (!isKept) this.#picks.delete(token);
    const end = (channel: BroadcastChannel): void => {
      channel.postMessage({ kind: 'over', use } satisfies ToPick);
      if (!isKept) channel.close();
    };
    if (pick === undefined) end(pickChannel(token));
    else
      pick.then(
        ({ channel }) => end(channel),
        () => undefined,
      );
  }

  async #pick(token: string): Promise<Pick> {
    const known = this.#picks.get(token);
    if (known !== undefined) return await known;
    const asking = ask(token, this.#answerWithin);
    this.#picks.set(token, asking);
    asking.catch(() => {
      if (this.#picks.get(token) === asking) this.#picks.delete(token);
    });
    return await asking;
  }
}

/** Asks the page for something picked. */
async function ask(token: string, answerWithin: number): Promise<Pick> {
  const channel = pickChannel(token);
  const entries: PickedEntry[] = [];
  try {
    const place = await new Promise<UsedPlace | undefined>((resolve, reject) => {
      const expire = (): void => reject(closed());
      let timer = setTimeout(expire, answerWithin);
      channel.onmessage = ({ data }: MessageEvent<FromPick>) => {
        // Agents of other tabs may use the channel, too.
        if (data.kind !== 'place' && data.kind !== 'entries') return;
        clearTimeout(timer);
        if (data.kind === 'place') {
          resolve(data);
          return;
        }
        for (const entry of data.entries) entries.push(entry);
        if (entries.length > PAGE_PICKED) reject(new FilesError('file.browser-many', 'too many files were picked'));
        else if (data.isLast) resolve(undefined);
        else timer = setTimeout(expire, answerWithin);
      };
      channel.postMessage({ kind: 'ask' } satisfies ToPick);
    });
    channel.onmessage = null;
    return { channel, tops: treeOf(entries), place };
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** Puts what was picked into its folders. An entry whose folder was not picked before it is at no place. Pure. */
function treeOf(entries: readonly PickedEntry[]): readonly PickedNode[] {
  const tops: PickedNode[] = [];
  /** Two entries at the top may have the same name, so the last one is meant. */
  const byName = new Map<string, PickedNode>();
  for (const { path, mtime, file } of entries) {
    const name = path.at(-1) ?? '';
    const node: PickedNode = { name, mtime, file, below: new Map() };
    if (path.length === 1) {
      tops.push(node);
      byName.set(name, node);
      continue;
    }
    let folder = byName.get(path[0] ?? '');
    for (const part of path.slice(1, -1)) folder = folder?.below.get(part);
    if (folder !== undefined && folder.file === undefined) folder.below.set(name, node);
  }
  return tops;
}

function closed(): FilesError {
  return new FilesError('file.page-closed', 'the page in which it was picked is closed');
}
