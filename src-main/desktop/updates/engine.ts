import type { ReleaseMetadata } from './metadata.ts';

/** Gets a version onto this machine and installs it. What it downloads has to be what the metadata says, byte by byte. */
export interface UpdateEngine {
  /**
   * Resolves when the version lies here, complete and checked.
   * @throws {UpdateError} `update.download`, `update.checksum`
   */
  download(
    release: ReleaseMetadata,
    onProgress: (received: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Bytes that `download` would get; null when there is no file for this installation. */
  sizeOf(release: ReleaseMetadata): number | null;
  /**
   * Hands what was downloaded to the installer, which starts the application again once this process has ended. Never resolves.
   * @throws {UpdateError} `update.install`
   */
  install(): Promise<void>;
}
