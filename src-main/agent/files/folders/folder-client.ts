import { errorCode, errorMessage, FormatError } from '#shared/errors.ts';
import {
  FILES_LINE_BYTES,
  FILES_RESET_OVER,
  FilesError,
  FOLDERS_PARAMS,
  LISTED_AT_ONCE,
  parseFolderAnswer,
  type FolderAnswer,
  type FolderRequest,
  type ListedEntry,
  type ServedRoot,
} from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { delay } from '#shared/timeout.ts';
import type { Clock } from '#shared/clock.ts';
import { refusalOf } from '../../core/peer-question.ts';
import type { TransferNetwork } from '../sender/outgoing-transfer.ts';

/** Longest time to reach the peer, ms. */
const REACH_TIMEOUT = 30_000;
/** Time for which a stream waits for the next request, ms. Within it, a person there is asked once. */
const IDLE = 60_000;

/** Requests that change nothing, so that they may be made again. */
const READING: ReadonlySet<FolderRequest['type']> = new Set(['roots', 'list', 'stat', 'hash', 'get']);

/** Requests on one stream, one after the other. */
type Channel = {
  readonly session: Session;
  readonly stream: OutgoingStream;
  readonly lines: LineReader;
  last: Promise<unknown>;
  users: number;
};

/** Asks peers about the folders that they share with this device. */
export class FolderClient {
  readonly #network: TransferNetwork;
  readonly #clock: Clock;
  readonly #channels = new Map<PeerId, Channel>();

  constructor(options: Readonly<{ network: TransferNetwork; clock: Clock }>) {
    this.#network = options.network;
    this.#clock = options.clock;
  }

  /** Returns the folders that a peer shares with this device. @throws {FilesError} `file.*`; {LinkError} `link.*` */
  async roots(peerId: PeerId, signal: AbortSignal): Promise<readonly ServedRoot[]> {
    try {
      const answer = await this.#ask(peerId, { type: 'roots' }, signal);
      if (answer.type !== 'roots') throw unexpected();
      return answer.roots;
    } catch (error) {
      // A peer that shares nothing says no more than that.
      if (errorCode(error) === 'file.not-shared') return [];
      throw error;
    }
  }

  /** Returns the entries of a folder after a name, sorted by name, and whether there are more. @throws as `roots` */
  async list(
    peerId: PeerId,
    request: Omit<Extract<FolderRequest, { type: 'list' }>, 'type'>,
    signal: AbortSignal,
  ): Promise<Readonly<{ entries: readonly ListedEntry[]; more: boolean }>> {
    let entries: ListedEntry[] = [];
    let more = false;
    await this.#use(peerId, { type: 'list', ...request }, signal, () => {
      // A second attempt begins again.
      entries = [];
      let last = request.after ?? '';
      return (answer) => {
        if (answer.type === 'end') {
          more = answer.more;
          return true;
        }
        if (answer.type !== 'entries' || entries.length + answer.entries.length > LISTED_AT_ONCE) throw unexpected();
        for (const entry of answer.entries) {
          if (entry.name <= last) throw unexpected();
          last = entry.name;
          entries.push(entry);
        }
        return false;
      };
    });
    return { entries, more };
  }

  async stat(
    peerId: PeerId,
    request: Readonly<{ root: string; path: readonly string[] }>,
    signal: AbortSignal,
  ): Promise<Omit<ListedEntry, 'name'>> {
    const answer = await this.#ask(peerId, { type: 'stat', root: request.root, path: [...request.path] }, signal);
    if (answer.type !== 'stat') throw unexpected();
    const { kind, size, mtime } = answer;
    return { kind, size, mtime };
  }

  /** Returns the SHA-256 hash of a file, hexadecimal. */
  async hash(
    peerId: PeerId,
    request: Readonly<{ root: string; path: readonly string[] }>,
    signal: AbortSignal,
  ): Promise<string> {
    const answer = await this.#ask(peerId, { type: 'hash', root: request.root, path: [...request.path] }, signal);
    if (answer.type !== 'hash') throw unexpected();
    return answer.sha256;
  }

  /** Makes a change, or begins a transfer. */
  async change(
    peerId: PeerId,
    request: Extract<FolderRequest, { type: 'mkdir' | 'rename' | 'remove' | 'get' }>,
    signal: AbortSignal,
  ): Promise<void> {
    if ((await this.#ask(peerId, request, signal)).type !== 'done') throw unexpected();
  }

  close(): void {
    for (const [peerId, channel] of this.#channels) this.#end(peerId, channel);
  }

  async #ask(peerId: PeerId, request: FolderRequest, signal: AbortSignal): Promise<FolderAnswer> {
    let found: FolderAnswer | undefined;
    await this.#use(peerId, request, signal, () => (answer) => {
      found = answer;
      return true;
    });
    if (found === undefined) throw unexpected();
    return found;
  }

  /** Sends a request, and takes answers until `take` returns true. @param begin called for each attempt, returns its `take` */
  async #use(
    peerId: PeerId,
    request: FolderRequest,
    signal: AbortSignal,
    begin: () => (answer: FolderAnswer) => boolean,
  ): Promise<void> {
    const reused = this.#channels.get(peerId);
    const channel = await this.#channel(peerId, signal);
    try {
      await this.#useChannel(peerId, channel, request, signal, begin());
    } catch (error) {
      // A stream that was open may have been ended meanwhile, which says nothing about this request.
      const isLost = error instanceof LinkError && channel === reused && READING.has(request.type);
      if (!isLost || signal.aborted) throw error;
      await this.#useChannel(peerId, await this.#channel(peerId, signal), request, signal, begin());
    }
  }

  async #useChannel(
    peerId: PeerId,
    channel: Channel,
    request: FolderRequest,
    signal: AbortSignal,
    take: (answer: FolderAnswer) => boolean,
  ): Promise<void> {
    const before = channel.last;
    channel.users += 1;
    const work = (async () => {
      await before.catch(() => undefined);
      signal.throwIfAborted();
      // Answers of an abandoned request would be taken for those of the next one.
      const abort = (): void => this.#end(peerId, channel);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await channel.stream.write(encodeLine(request));
        for (;;) {
          const line = await channel.lines.read();
          if (line === null) throw new LinkError('link.closed', 'the other device has ended the stream');
          const answer = parseFolderAnswer(line);
          if (answer.type === 'ask') continue;
          if (answer.type === 'error')
            throw REFUSALS.has(answer.code)
              ? new FilesError(answer.code, 'the other device refuses', {
                  details: {
                    path: 'path' in request ? [request.root, ...request.path].join('/') : '',
                    ...(answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
                  },
                })
              : unexpected();
          if (take(answer)) return;
        }
      } catch (error) {
        // After an answer in order the stream goes on, unless it is over anyway.
        if (!(error instanceof FilesError) || error.code.startsWith('rights.') || ENDING.has(error.code))
          this.#end(peerId, channel);
        throw error instanceof FormatError ? unexpected(error) : error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
    })();
    channel.last = work;
    try {
      await work;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      channel.users -= 1;
      if (channel.users === 0)
        void delay(this.#clock, IDLE, signal).then(() => {
          if (channel.users === 0 && channel.last === work) this.#end(peerId, channel);
        });
    }
  }

  async #channel(peerId: PeerId, signal: AbortSignal): Promise<Channel> {
    const reaching = AbortSignal.any([signal, AbortSignal.timeout(REACH_TIMEOUT)]);
    const session = this.#network.current(peerId) ?? (await this.#network.session(peerId, reaching));
    const known = this.#channels.get(peerId);
    if (known !== undefined && known.session === session) return known;
    if (known !== undefined) this.#end(peerId, known);
    // The stream outlives this request.
    const stream = session.open('rpc', FOLDERS_PARAMS, { priority: 'normal' });
    const abort = (): void => stream.reset(FILES_RESET_OVER);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await stream.opened;
    } catch (error) {
      signal.throwIfAborted();
      throw refusedStream(error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    const other = this.#channels.get(peerId);
    if (other !== undefined && other.session === session) {
      stream.reset(FILES_RESET_OVER);
      return other;
    }
    const lines = new LineReader(stream, FILES_LINE_BYTES);
    const channel: Channel = { session, stream, lines, last: Promise.resolve(), users: 0 };
    this.#channels.set(peerId, channel);
    void stream.closed.then(() => {
      if (this.#channels.get(peerId) === channel) this.#channels.delete(peerId);
    });
    return channel;
  }

  #end(peerId: PeerId, channel: Channel): void {
    if (this.#channels.get(peerId) === channel) this.#channels.delete(peerId);
    channel.stream.reset(FILES_RESET_OVER);
  }
}

function unexpected(cause?: unknown): FilesError {
  return new FilesError('file.protocol', 'the other device answered something else', { cause });
}

/** Codes after which no request follows on the stream: what is on its way would be taken for the answer to that. */
const ENDING: ReadonlySet<unknown> = new Set(['file.not-shared', 'file.protocol']);

/** Returns the error of a peer that refuses the stream, or that doesn't know it; any other error, whose cause may pass, as it is. */
function refusedStream(error: unknown): unknown {
  const code = error instanceof LinkError && error.code === 'link.refused' ? String(error.details['code'] ?? '') : '';
  const isOlder = code === 'link.kind' || code.startsWith('remote.');
  if (!isOlder && !REFUSALS.has(code)) return error;
  const refusal = refusalOf(error, REFUSALS, 'file.no-folders');
  return refusal === error ? error : new FilesError(errorCode(refusal), errorMessage(refusal), { cause: error });
}

/** Codes with which a peer refuses. Any other one could pass for an error of this device. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'rights.denied',
  'rights.unanswered',
  'rights.withdrawn',
  'rights.too-long',
  'file.not-shared',
  'file.read-only',
  'file.missing',
  'file.gone',
  'file.unreadable',
  'file.exists',
  'file.name',
  'file.disk',
  'file.no-space',
  'file.too-many',
  'file.offers',
  'file.full',
  'file.refused',
  'file.cancelled',
  'file.over',
]);
