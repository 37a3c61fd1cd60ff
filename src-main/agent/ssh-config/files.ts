/** The person's SSH configuration, and the file of ours that it includes. `src-node` implements it. */
export interface SshConfigFiles {
  /** File with the hosts. */
  readonly file: string;
  /** The person's SSH configuration. */
  readonly config: string;
  /** Reports whether the person's configuration includes the file. @throws {StoreError} `store.unreadable` */
  isIncluded(): Promise<boolean>;
  /** Writes the file. @throws {StoreError} `store.write` */
  write(text: string): Promise<void>;
  /** Has the person's configuration include the file. Keeps everything else in it. @throws {StoreError} `store.unreadable`, `store.write` */
  include(): Promise<void>;
  /** Takes that line out again, and deletes the file. @throws {StoreError} `store.unreadable`, `store.write` */
  remove(): Promise<void>;
}
