/** Options with which `clawreach ui` starts the window's server. */
export type WindowOptions = Readonly<{
  /** Absolute path of the profile directory, whose agent the window uses. */
  profile: string;
  /** Version of this program, which the window shows. */
  version: string;
  /** Port to listen on; 0 for any free one. */
  port: number;
}>;

/** A running server of the window. */
export type ServedWindow = Readonly<{
  port: number;
  /** Creates a link that opens the window once, within ten minutes. */
  newLink(): string;
  /** Path of the window's settings file, if it was damaged and set aside; else undefined. */
  damagedSettings: string | undefined;
  close(): Promise<void>;
}>;

/**
 * Function that starts the window's server on 127.0.0.1. `serveWindow` is the real one.
 * @throws {WebHostError} `web-host.files-missing`, `web-host.port`
 */
export type ServeWindow = (options: WindowOptions) => Promise<ServedWindow>;
