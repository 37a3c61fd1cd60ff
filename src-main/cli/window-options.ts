/** Options that `clawreach ui` passes to the window's server. */
export type WindowOptions = Readonly<{
  /** Absolute path of the profile directory, whose agent runs. */
  profile: string;
  version: string;
  /** Port to listen on; 0 for any free one. */
  port: number;
}>;

export type ServedWindow = Readonly<{
  port: number;
  /** Creates a link that opens the window once, within ten minutes. */
  newLink(): string;
  /** Path of damaged window settings that were set aside, or that couldn't be moved; undefined if none were damaged. */
  damagedSettings: string | undefined;
  close(): Promise<void>;
}>;

/** Starts the window's server. @throws {WebHostError} `web-host.files-missing`, `web-host.port` */
export type ServeWindow = (options: WindowOptions) => Promise<ServedWindow>;
