import type * as ElectronUpdater from 'electron-updater';
import type { AppUpdater, UpdateInfo } from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { BoundedSession } from './bounded-session.ts';
import { chooseFile, type ReleaseFile } from './choose-file.ts';
import type { UpdateEngine } from './engine.ts';
import { verifyDownload } from './verify-download.ts';
import type { ReleaseMetadata } from '#node/releases/index.ts';
import { UpdateError } from '#node/releases/index.ts';

/** Part of electron-updater that the engine uses. */
export type UpdateLibrary = Pick<typeof ElectronUpdater, 'autoUpdater' | 'CancellationToken' | 'Provider'>;

/**
 * Update engine that downloads and installs with electron-updater. Created by `createUpdates` if this installation can update itself.
 *
 * The library doesn't parse metadata itself: it gets the metadata whose signature `ReleaseFeed` has verified. The library writes the file to its
 * cache on disk, compares the file's SHA-512 with the metadata, and checks the publisher of a Windows installer. Before the start of the installer,
 * the engine compares the file once more.
 */
export class ElectronEngine implements UpdateEngine {
  readonly #logger: Logger;
  readonly #network: Pick<BoundedSession, 'within' | 'wasBroken'>;
  readonly #load: () => Promise<UpdateLibrary>;
  #updater: Promise<{ updater: AppUpdater; library: UpdateLibrary }> | undefined;
  #info: UpdateInfo | undefined;
  /** The previous download, which the library would otherwise continue. */
  #last: Promise<unknown> = Promise.resolve();
  #ready: Readonly<{ path: string; file: ReleaseFile }> | undefined;

  /**
   * @param network the library's network session, which limits the length of answers
   * @param load imports the library
   */
  constructor(
    logger: Logger,
    network: Pick<BoundedSession, 'within' | 'wasBroken'>,
    load: () => Promise<UpdateLibrary> = loadLibrary,
  ) {
    this.#logger = logger;
    this.#network = network;
    this.#load = load;
  }

  sizeOf(release: ReleaseMetadata): number | null {
    return chooseFile(release, process.platform, process.arch)?.size ?? null;
  }

  /** Downloads one version at a time: waits until a cancelled download has ended. */
  download(
    release: ReleaseMetadata,
    onProgress: (received: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const run = this.#last.then(() => this.#download(release, onProgress, signal));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #download(
    release: ReleaseMetadata,
    onProgress: (received: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#ready = undefined;
    const file = chooseFile(release, process.platform, process.arch);
    if (file === undefined) throw failed('there is no file for this system');
    const { updater, library } = await this.#open();
    const token = new library.CancellationToken();
    const cancel = (): void => token.cancel();
    const report = ({ transferred, total }: Readonly<{ transferred: number; total: number }>): void =>
      onProgress(transferred, total);
    signal.addEventListener('abort', cancel);
    updater.on('download-progress', report);
    try {
      signal.throwIfAborted();
      this.#info = {
        version: release.version,
        files: [file],
        // Read by older versions of the library.
        path: file.url,
        sha512: file.sha512,
        releaseDate: new Date(release.releaseDate).toISOString(),
      };
      const check = await updater.checkForUpdates();
      if (check?.isUpdateAvailable !== true) throw failed('the updater is not active here');
      await this.#network.within(file.size, async () => {
        const [path] = await updater.downloadUpdate(token);
        signal.throwIfAborted();
        if (path === undefined) throw failed('nothing was downloaded');
        this.#ready = { path, file };
      });
    } catch (cause) {
      if (cause instanceof UpdateError) throw cause;
      const { code } = cause as Readonly<{ code?: unknown }>;
      const forged = code === 'ERR_CHECKSUM_MISMATCH' || code === 'ERR_UPDATER_INVALID_SIGNATURE';
      if (forged || this.#network.wasBroken) {
        throw new UpdateError('update.checksum', 'the file is not the one that was signed', { cause });
      }
      throw failed(errorMessage(cause), cause);
    } finally {
      signal.removeEventListener('abort', cancel);
      updater.off('download-progress', report);
    }
  }

  async install(): Promise<void> {
    const { updater } = await this.#open();
    if (this.#ready === undefined) throw notStarted(new Error('nothing was downloaded'));
    const { path, file } = this.#ready;
    try {
      await verifyDownload(path, file);
    } catch (error) {
      throw error instanceof UpdateError ? error : notStarted(error);
    }
    // No waiting between the comparison and the start, so that exactly the compared file runs.
    await new Promise<never>((_resolve, reject) => {
      // The library reports a failed start by this event only; otherwise the process ends.
      updater.once('error', (error) => reject(notStarted(error)));
      updater.quitAndInstall(true, true);
    });
  }

  /** Imports the library when needed, which most runs of the application never do. */
  #open(): Promise<{ updater: AppUpdater; library: UpdateLibrary }> {
    this.#updater ??= this.#load().then((library) => {
      const { autoUpdater: updater } = library;
      updater.logger = this.#logger.child({ part: 'electron-updater' });
      updater.autoDownload = false;
      // Never without confirmation.
      updater.autoInstallOnAppQuit = false;
      updater.allowDowngrade = false;
      updater.disableWebInstaller = true;
      // Block maps aren't signed.
      updater.disableDifferentialDownload = true;
      // Errors reach the caller by rejected promises; this listener only prevents an uncaught one.
      updater.on('error', () => undefined);
      updater.setFeedURL({ provider: 'custom', updateProvider: this.#provider(library) });
      return { updater, library };
    });
    return this.#updater;
  }

  #provider({ Provider }: UpdateLibrary) {
    const verified = (): UpdateInfo => {
      if (this.#info === undefined) throw failed('nothing was verified yet');
      return this.#info;
    };
    return class VerifiedProvider extends Provider<UpdateInfo> {
      constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
        super(runtime);
      }

      /** Omits the header with an identifier, by which a server could tell installations apart. */
      override setRequestHeaders(): void {
        super.setRequestHeaders(null);
      }

      override getLatestVersion(): Promise<UpdateInfo> {
        return Promise.resolve(verified());
      }

      override resolveFiles({ files }: UpdateInfo) {
        return files.map((info) => ({ url: new URL(info.url), info }));
      }
    };
  }
}

async function loadLibrary(): Promise<UpdateLibrary> {
  const { default: library } = await import('electron-updater');
  return library;
}

function notStarted(cause: unknown): UpdateError {
  return new UpdateError('update.install', 'the installer did not start', {
    cause,
    details: { reason: errorMessage(cause).slice(0, 200) },
  });
}

function failed(reason: string, cause?: unknown): UpdateError {
  return new UpdateError('update.download', `the download failed: ${reason}`, {
    cause,
    details: { reason: reason.slice(0, 200) },
  });
}
