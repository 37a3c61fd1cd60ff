import type { ServiceKind } from '#shared/app-api/index.ts';

/** Machine, person, profile and start command of a service. */
export type ServiceFacts = Readonly<{
  platform: NodeJS.Platform;
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Number of the account; undefined on Windows. */
  uid: number | undefined;
  user: string;
  /** Absolute path of the profile. */
  profile: string;
  /** True for the profile that is used if none is named. */
  isDefaultProfile: boolean;
  /** Absolute path of the executable, and its first arguments: what comes before `run`. */
  program: string;
  arguments: readonly string[];
  /** Variables that the program needs besides those of the session. */
  environment: Readonly<Record<string, string>>;
}>;

/** Status of the service. */
export type ServiceState = Readonly<{
  kind: ServiceKind;
  name: string;
  /** Path of its file. */
  file: string;
  /** True if the file exists and was written by ClawReach. */
  installed: boolean;
  /** The file is what this version would write; null where there is none. */
  current: boolean | null;
  /** True if it starts at the next login or boot; null if the system doesn't tell. */
  enabled: boolean | null;
  running: boolean | null;
  pid: number | null;
  /** Exit code of its last run; null if the system doesn't tell. */
  lastExit: number | null;
  /** systemd only: true if it runs while the user is logged out. */
  linger: boolean | null;
}>;

/** Result of a system tool. `code` is null if the tool could not be started. */
export type ToolResult = Readonly<{ code: number | null; stdout: string; stderr: string }>;

export type RunTool = (program: string, arguments_: readonly string[]) => Promise<ToolResult>;
