import type { ReleaseMetadata } from '#node/releases/index.ts';

/** Engine that downloads and installs a version for `Updates`; `ElectronEngine` implements it. The download must match the metadata byte by byte. */
export interface UpdateEngine {
  /**
   * Downloads a version; resolves when it is complete and verified.
   * @throws {UpdateError} `update.download`, `update.checksum`
   */
  download(
    release: ReleaseMetadata,
    onProgress: (received: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Returns the size of the download in bytes; null if there is no file for this installation. */
  sizeOf(release: ReleaseMetadata): number | null;
  /**
   * Starts the installer, which restarts the application once this process has ended. Never resolves.
   * @throws {UpdateError} `update.install`
   */
  install(): Promise<void>;
}
