import type { FolderMode, SharedFolderView } from '#shared/app-api/index.ts';
import type { ServedFolder } from '#node/transfers/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import {
  entryLines,
  FILES_LINE_BYTES,
  FILES_RESET_OVER,
  FILES_RESET_PROTOCOL,
  FilesError,
  FOLDER_IDLE,
  FOLDER_STREAMS,
  FOLDER_STREAMS_PER_PEER,
  FOLDER_TIME,
  LISTED_AT_ONCE,
  parseFolderRequest,
  type FolderAnswer,
  type FolderRequest,
} from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LineReader } from '#shared/lines.ts';
import { LineWriter } from '#shared/line-writer.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { RequestText } from '../../core/approvals/index.ts';
import type { FilesCaller } from '../receiver/admission.ts';
import type { FolderShelf } from './folder-shelf.ts';
import type { Shares } from './shares.ts';

/** Request to send a file or folder to the peer, as a transfer. */
export type RequestedGet = Extract<FolderRequest, { type: 'get' }>;

export type FolderServerOptions = Readonly<{
  shares: Shares;
  shelf: FolderShelf;
  clock: Clock;
  logger: Logger;
  /** Begins a transfer, or goes on with it. @throws {FilesError} `file.*` */
  send(peerId: PeerId, request: RequestedGet, folder: SharedFolderView): Promise<void>;
  /** Called before and after a peer moves something into the trash of a shared folder. @throws {StoreError} `store.write` */
  onTrash(folder: Readonly<{ path: string; identity: string }>): void;
  /** Called when a peer has changed something. `path`: with the folder's name. */
  onChanged(
    peerId: PeerId,
    change: Readonly<{ action: 'mkdir' | 'rename' | 'remove'; path: string; to: string }>,
  ): void;
}>;

/** Stream with requests of a peer that is open. */
type Serving = {
  readonly peerId: PeerId;
  readonly link: LinkStream;
  readonly aborting: AbortController;
  /** Request that is answered now; `check` throws if its folder may not be used so any more. */
  current: Readonly<{ check: () => void; aborting: AbortController }> | undefined;
};

/** Uses of a shared folder by request. */
const MODES: Readonly<Record<Exclude<FolderRequest['type'], 'roots'>, FolderMode>> = {
  list: 'read',
  stat: 'read',
  hash: 'read',
  get: 'read',
  mkdir: 'write',
  rename: 'write',
  remove: 'write',
};

/**
 * Answers requests of peers about the folders that are shared with them, one after the other on each stream. The right and the folder are checked at
 * each request; a stream ends when the right does.
 */
export class FolderServer {
  readonly #options: FolderServerOptions;
  readonly #serving = new Set<Serving>();
  /** Streams of each peer, from their beginning. */
  readonly #streams = new Map<PeerId, number>();

  constructor(options: FolderServerOptions) {
    this.#options = options;
  }

  /** Serves a stream of a peer until it ends. Never throws. */
  async serve(stream: IncomingStream, caller: FilesCaller): Promise<void> {
    const { peerId } = caller;
    const { clock, logger, shares } = this.#options;
    const count = this.#streams.get(peerId) ?? 0;
    const all = [...this.#streams.values()].reduce((sum, one) => sum + one, 0);
    if (count >= FOLDER_STREAMS_PER_PEER || all >= FOLDER_STREAMS) {
      stream.refuse('file.offers', 'too many requests are open');
      return;
    }
    this.#streams.set(peerId, count + 1);
    const link = stream.accept({});
    const aborting = new AbortController();
    void link.closed.then(() => aborting.abort());
    const writer = new LineWriter<FolderAnswer>(link);
    const one: Serving = { peerId, link, aborting, current: undefined };
    try {
      const folders = shares.of(peerId);
      // Without a folder there is nothing about which to ask.
      const denied =
        folders.length === 0
          ? { code: 'file.not-shared' }
          : await caller.authorize(
              () => describeFolders(folders),
              aborting.signal,
              () => writer.send({ type: 'ask' }),
              'files',
            );
      if (denied !== undefined) {
        const { code } = denied;
        const retryAfter = 'retryAfter' in denied ? Math.min(3_600_000, Math.ceil(denied.retryAfter ?? 0)) : 0;
        writer.send({ type: 'error', code, ...(retryAfter > 0 ? { retryAfter } : {}) });
        await writer.flushed();
        await withTimeout(clock, FOLDER_TIME, link.end());
        return;
      }
      this.#serving.add(one);
      const lines = new LineReader(link, FILES_LINE_BYTES);
      for (;;) {
        const text = await withTimeout(clock, FOLDER_IDLE, lines.read());
        if (text === undefined || text === null || aborting.signal.aborted) break;
        for (const answer of await this.#answer(one, parseFolderRequest(text))) {
          writer.send(answer);
          await writer.room();
        }
      }
      await withTimeout(clock, FOLDER_TIME, link.end());
    } catch (error) {
      if (error instanceof FormatError) link.reset(FILES_RESET_PROTOCOL);
      else if (!aborting.signal.aborted)
        logger.debug('requests about shared folders ended', { peer: peerId, errorCode: errorCode(error) });
    } finally {
      this.#serving.delete(one);
      aborting.abort();
      link.reset(FILES_RESET_OVER);
      const left = (this.#streams.get(peerId) ?? 1) - 1;
      if (left === 0) this.#streams.delete(peerId);
      else this.#streams.set(peerId, left);
    }
  }

  /** Ends the streams of a peer that has lost the right. */
  revoke(peerId: PeerId): void {
    for (const { peerId: served, link, aborting } of this.#serving)
      if (served === peerId) {
        aborting.abort();
        link.reset(FILES_RESET_OVER);
      }
  }

  /** Ends what a peer does in folders that it may not use any more. */
  review(peerId: PeerId): void {
    for (const { peerId: served, current } of this.#serving)
      if (served === peerId)
        try {
          current?.check();
        } catch (error) {
          current?.aborting.abort(error);
        }
  }

  close(): void {
    for (const { link, aborting } of this.#serving) {
      aborting.abort();
      link.reset(FILES_RESET_OVER);
    }
  }

  async #answer(serving: Serving, request: FolderRequest): Promise<readonly FolderAnswer[]> {
    const { clock, logger } = this.#options;
    const { peerId } = serving;
    try {
      const work = this.#work(serving, request);
      // A file may take long to hash; the stream ends it.
      if (request.type === 'hash') return await work;
      const answers = await withTimeout(clock, FOLDER_TIME, work);
      if (answers === undefined) throw new FilesError('file.unreadable', 'the disk takes too long');
      return answers;
    } catch (error) {
      // Other errors are those of this device, of which the peer knows nothing.
      const code = error instanceof FilesError ? error.code : 'file.disk';
      logger.debug('a request about a shared folder failed', { peer: peerId, errorCode: errorCode(error) });
      return [{ type: 'error', code }];
    } finally {
      serving.current = undefined;
    }
  }

  async #work(serving: Serving, request: FolderRequest): Promise<readonly FolderAnswer[]> {
    const { peerId } = serving;
    const { clock, shares, shelf, send, onTrash, onChanged } = this.#options;
    if (request.type === 'roots')
      return [{ type: 'roots', roots: shares.of(peerId).map(({ name, mode }) => ({ name, mode })) }];
    const folder = shares.require(peerId, request.root, MODES[request.type]);
    const check = (): void => {
      if (shares.require(peerId, request.root, MODES[request.type]).path !== folder.path)
        throw new FilesError('file.not-shared', 'another folder has the name now');
    };
    const aborting = new AbortController();
    serving.current = { check, aborting };
    const signal = AbortSignal.any([serving.aborting.signal, aborting.signal]);
    const use = async <Result>(work: (served: ServedFolder) => Promise<Result>): Promise<Result> =>
      await shelf.use(folder.path, async (served) => {
        // The disk may have been slow to open it.
        check();
        const result = await work(served);
        // Nothing is answered about a folder that was taken away meanwhile.
        check();
        return result;
      });
    const shown = (names: readonly string[]): string => [folder.name, ...names].join('/');
    const { path } = request;
    switch (request.type) {
      case 'list': {
        const { entries, more } = await use((served) => served.list(path, request.after, LISTED_AT_ONCE));
        return [...entryLines(entries), { type: 'end', more }];
      }
      case 'stat':
        return [{ type: 'stat', ...(await use((served) => served.facts(path))) }];
      case 'hash':
        return [{ type: 'hash', sha256: toHex(await use((served) => served.hash(path, signal))) }];
      case 'mkdir':
        await use((served) => served.makeFolder(path));
        onChanged(peerId, { action: 'mkdir', path: shown(path), to: '' });
        return DONE;
      case 'rename':
        await use((served) => served.rename(path, request.to));
        onChanged(peerId, { action: 'rename', path: shown(path), to: shown(request.to) });
        return DONE;
      case 'remove':
        await use(async (served) => {
          const trashed = { path: folder.path, identity: await served.identity() };
          onTrash(trashed);
          await served.remove(path, clock.now());
          // A look at the trash that was empty until now may have had it forgotten.
          onTrash(trashed);
        });
        onChanged(peerId, { action: 'remove', path: shown(path), to: '' });
        return DONE;
      case 'get':
        await use((served) => served.facts(path));
        await send(peerId, request, folder);
        return DONE;
    }
  }
}

/** Returns the text that asks a person whether a peer may use shared folders. A "Decline" counts for all of them. Pure. */
function describeFolders(folders: readonly SharedFolderView[]): RequestText {
  const namesOf = (wanted: FolderMode): string =>
    folders.flatMap(({ name, mode }) => (mode === wanted ? [name] : [])).join(', ');
  const [changed, read] = [namesOf('write'), namesOf('read')];
  if (changed === '') return { detail: `open shared folders: ${read}`, topic: 'files' };
  return {
    detail: `open and change shared folders: ${changed}`,
    facts: read === '' ? [] : [{ fact: 'read-only', value: read }],
    topic: 'files',
  };
}

const DONE: readonly FolderAnswer[] = [{ type: 'done' }];
