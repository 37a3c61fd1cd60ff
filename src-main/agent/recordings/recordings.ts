import { RECORDING_PIECE, type RecordingView } from '#shared/app-api/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { headerLine, readHeader, RecordingError, type CastAbout } from '#shared/recording/index.ts';
import type { FileFolder, StoredFile } from '#shared/storage.ts';
import { Recorder, type RecorderLimits } from './recorder.ts';

/** Limits of all recordings. `files`: most files. */
export type RecordingLimits = RecorderLimits &
  Readonly<{
    /** Most bytes of all files. */
    total: number;
    files: number;
    /** Most recordings that run at a time. */
    running: number;
  }>;

/** Limits that the agent uses. */
export const RECORDING_LIMITS: RecordingLimits = {
  file: 64 * 1024 * 1024,
  waiting: 4 * 1024 * 1024,
  total: 1024 * 1024 * 1024,
  files: 1000,
  running: 32,
};

/** Facts about a recorded terminal, stored in the file's header. */
export type RecordingFacts = Readonly<{
  peerId: string | null;
  peerName: string;
  title: string;
  side: RecordingView['side'];
  input: boolean;
  cols: number;
  rows: number;
}>;

export type RecordingsOptions = Readonly<{
  folder: FileFolder;
  clock: Clock;
  logger: Logger;
  /** Returns 8 random hexadecimal digits. */
  createId(): string;
  limits?: Partial<RecordingLimits>;
  onChange?(): void;
}>;

/** Running recording. `ended` resolves to the error code that ended it; null if it was stopped. */
export type RunningRecording = Readonly<{
  id: string;
  recorder: Recorder;
  view(): RecordingView;
  ended: Promise<string | null>;
}>;

const SUFFIX = '.cast';
const FILE = /^(\d{8}T\d{6}Z-[0-9a-f]{8})\.cast$/;
/** Bytes read from the start of a file for its header, and from its end for the last event. */
const HEAD = 4096;
const TAIL = 65_536;

/**
 * Recordings of this device's terminals, each a file in asciicast format 2 in the profile's folder. Starts, lists, reads and deletes them. Used for
 * `recordings.*` calls, for terminals shown here, and for those that run here for peers.
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #limits: RecordingLimits;
  readonly #running = new Map<string, RunningRecording>();
  /** Bytes of all files; undefined before the first count. */
  #used: number | undefined;

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.#limits = { ...RECORDING_LIMITS, ...options.limits };
  }

  /** Most bytes of all files. */
  get limit(): number {
    return this.#limits.total;
  }

  /** Starts a recording. @throws {RecordingError} `recording.too-many`, `recording.no-room`; {StoreError} `store.write` */
  async start(what: RecordingFacts): Promise<RunningRecording> {
    const { folder, clock, logger } = this.#options;
    if (this.#running.size >= this.#limits.running) throw tooMany();
    const files = await this.#files();
    if (files.length >= this.#limits.files) throw tooMany();
    this.#used ??= files.reduce((sum, { size }) => sum + size, 0);
    if (this.#used >= this.#limits.total)
      throw new RecordingError('recording.no-room', 'all recordings together have reached their limit');
    const startedAt = Math.floor(clock.now());
    const id = `${stamp(startedAt)}-${this.#options.createId()}`;
    const file = await folder.create(id + SUFFIX);
    const { peerId, peerName, title, side, input, cols, rows } = what;
    const about: CastAbout = { peerId, peerName: peerName.slice(0, 128), side, input };
    const { promise: ended, resolve: settle } = Promise.withResolvers<string | null>();
    const recorder = new Recorder(
      {
        file,
        clock,
        limits: this.#limits,
        input,
        room: () => this.#limits.total - (this.#used ?? 0),
        grown: (bytes) => {
          this.#used = (this.#used ?? 0) + bytes;
        },
        ended: (code, reason) => {
          this.#running.delete(id);
          if (code !== null) logger.warn('a recording was stopped', { id, errorCode: code, reason });
          settle(code);
          this.#options.onChange?.();
        },
      },
      headerLine({
        version: 2,
        width: cols,
        height: rows,
        timestamp: Math.floor(startedAt / 1000),
        title: title.slice(0, 256),
        clawreach: about,
      }),
    );
    const view = (): RecordingView => ({
      ...what,
      peerName: about.peerName,
      id,
      startedAt,
      title: title.slice(0, 256),
      duration: recorder.duration,
      bytes: recorder.bytes,
      running: !recorder.isEnded,
    });
    const running: RunningRecording = { id, recorder, view, ended };
    this.#running.set(id, running);
    logger.info('a terminal is recorded', { id, peer: peerId ?? peerName, side });
    this.#options.onChange?.();
    return running;
  }

  /** Returns the recordings, newest first. Skips files that aren't recordings. `used`: bytes of all files. */
  async list(): Promise<Readonly<{ recordings: readonly RecordingView[]; used: number }>> {
    const files = await this.#files();
    this.#used = Math.max(
      files.reduce((sum, { size }) => sum + size, 0),
      this.#running.size > 0 ? (this.#used ?? 0) : 0,
    );
    const recordings: RecordingView[] = [];
    for (const file of files) {
      const id = FILE.exec(file.name)?.[1] ?? '';
      const view = this.#running.get(id)?.view() ?? (await this.#view(id, file));
      if (view !== undefined) recordings.push(view);
    }
    return { recordings: recordings.toSorted((one, other) => (one.id < other.id ? 1 : -1)), used: this.#used };
  }

  /**
   * Reads one piece of a file. `next`: offset of the next piece; null at the end.
   * @throws {RecordingError} `recording.unknown`; {StoreError}
   * `store.unreadable`
   */
  async read(id: string, offset: number): Promise<Readonly<{ data: string; next: number | null }>> {
    await this.#require(id);
    const bytes = await this.#options.folder.read(id + SUFFIX, offset, RECORDING_PIECE);
    return { data: toBase64Url(bytes), next: bytes.length < RECORDING_PIECE ? null : offset + bytes.length };
  }

  /** Deletes a recording. @throws {RecordingError} `recording.unknown`, `recording.running`; {StoreError} `store.write` */
  async remove(id: string): Promise<void> {
    const { size } = await this.#require(id);
    if (this.#running.has(id)) throw new RecordingError('recording.running', 'the recording is still running');
    await this.#options.folder.remove(id + SUFFIX);
    if (this.#used !== undefined) this.#used = Math.max(0, this.#used - size);
    this.#options.onChange?.();
  }

  /** Stops all running recordings and waits for the disk. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ recorder }) => recorder.stop()));
  }

  async #files(): Promise<readonly StoredFile[]> {
    return (await this.#options.folder.list()).filter(({ name }) => FILE.test(name));
  }

  async #require(id: string): Promise<StoredFile> {
    const found = (await this.#files()).find(({ name }) => name === id + SUFFIX);
    if (found === undefined) throw new RecordingError('recording.unknown', 'there is no such recording');
    return found;
  }

  async #view(id: string, { name, size }: StoredFile): Promise<RecordingView | undefined> {
    const { folder } = this.#options;
    try {
      const head = lossy(await folder.read(name, 0, HEAD)).split('\n', 1)[0] ?? '';
      const { clawreach: about, timestamp, title, width, height } = readHeader(head);
      const tail = lossy(await folder.read(name, Math.max(0, size - TAIL), TAIL));
      const last = [...tail.matchAll(/\n\[(\d{1,9}(?:\.\d+)?), "[a-z]"/g)].at(-1)?.[1];
      return {
        id,
        peerId: about?.peerId ?? null,
        peerName: about?.peerName ?? '',
        title: title ?? '',
        side: about?.side ?? 'viewer',
        input: about?.input ?? false,
        startedAt: Math.floor((timestamp ?? 0) * 1000),
        duration: Math.round(Number(last ?? 0) * 1000),
        bytes: size,
        cols: width,
        rows: height,
        running: false,
      };
    } catch {
      return undefined;
    }
  }
}

/** Decodes a piece that may start or end inside a character. */
function lossy(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function tooMany(): RecordingError {
  return new RecordingError('recording.too-many', 'too many recordings');
}

/** Formats a time for file names: `20261121T220312Z`. */
function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
