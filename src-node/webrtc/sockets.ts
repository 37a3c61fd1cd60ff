import { WebRtcError, type WebRtcConnection, type WebRtcOptions, type WebRtcSockets } from '#shared/webrtc/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { LibraryConnection } from './library-connection.ts';
import { loadWebRtc, type WebRtcLibrary } from './library.ts';

/** Clock, logger and loader of the library. */
export type WebRtcSocketsOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  /** Imports the package, which is optional and may be built for another machine; default `import('node-datachannel')`. */
  load?: () => Promise<unknown>;
}>;

/** Open users of the library in this process. They share its threads, which the last one ends. */
const users = new Set<LibrarySockets>();

/** Creates the WebRTC sockets of the agent's UDP transport. Loads the native library when it is first needed. */
export function createWebRtcSockets(options: WebRtcSocketsOptions): WebRtcSockets {
  return new LibrarySockets(options);
}

class LibrarySockets implements WebRtcSockets {
  readonly #options: WebRtcSocketsOptions;
  readonly #open = new Set<WebRtcConnection>();
  #loading: Promise<WebRtcLibrary> | undefined;
  #library: WebRtcLibrary | undefined;
  #problem: string | undefined;
  #closed = false;

  constructor(options: WebRtcSocketsOptions) {
    this.#options = options;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async ready(): Promise<void> {
    await this.#load();
  }

  async connect(options: WebRtcOptions): Promise<WebRtcConnection> {
    const library = await this.#load();
    if (this.#closed) throw new WebRtcError('udp.failed', 'it is closed');
    if (options.signal?.aborted === true) throw new WebRtcError('udp.failed', 'given up');
    try {
      const connection: LibraryConnection = new LibraryConnection(library, this.#options.clock, options, () =>
        this.#open.delete(connection),
      );
      this.#open.add(connection);
      return connection;
    } catch (error) {
      throw new WebRtcError('udp.failed', errorMessage(error), { cause: error });
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.close();
    // Without it a process that has used the library does not end, or ends badly (https://github.com/electron/electron/issues/26880).
    if (users.delete(this) && users.size === 0) this.#library?.cleanup();
  }

  #load(): Promise<WebRtcLibrary> {
    // Loaded once: a missing library stays missing while the process runs.
    this.#loading ??= loadWebRtc(this.#options.load ?? (() => import('node-datachannel'))).then(
      (library) => {
        this.#library = library;
        if (!this.#closed) users.add(this);
        return library;
      },
      (error: unknown) => {
        this.#problem = errorMessage(error);
        this.#options.logger.info('no connections over UDP: they are left out', { reason: this.#problem });
        throw error;
      },
    );
    return this.#loading;
  }
}
