/** What `clawreach ui` hands to the window's server. */
export type WindowOptions = Readonly<{
  /** Absolute path of the profile directory; its agent runs. */
  profile: string;
  version: string;
  /** 0 for any that is free. */
  port: number;
}>;

export type ServedWindow = Readonly<{
  port: number;
  /** A link that opens the window once, within ten minutes. */
  newLink(): string;
  /** The settings of the window were damaged: where they are now, or where they still are. */
  damagedSettings: string | undefined;
  close(): Promise<void>;
}>;

/** @throws {WebHostError} `web-host.files-missing`, `web-host.port` */
export type ServeWindow = (options: WindowOptions) => Promise<ServedWindow>;
