import type { ServiceKind } from '#shared/app-api/index.ts';

/** Facts that determine a service: machine, user, profile and start command. */
export type ServiceFacts = Readonly<{
  platform: NodeJS.Platform;
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  /** User ID; undefined on Windows. */
  uid: number | undefined;
  user: string;
  /** Absolute path of the profile. */
  profile: string;
  /** True for the profile that is used if none is named. */
  isDefaultProfile: boolean;
  /** Absolute path of the executable. */
  program: string;
  /** First arguments of the executable, before `run`. */
  arguments: readonly string[];
  /** Variables that the program needs besides those of the user's session. */
  environment: Readonly<Record<string, string>>;
}>;

/** Status of the service, as `clawreach service status` shows it. */
export type ServiceState = Readonly<{
  kind: ServiceKind;
  name: string;
  /** Path of the service's file. */
  file: string;
  /** True if the file exists and was written by ClawReach. */
  installed: boolean;
  /** True if the file has the content that this version would write; null if there is no file. */
  current: boolean | null;
  /** True if the service starts at the next login or boot; null if the system doesn't report it. */
  enabled: boolean | null;
  /** Null if the system doesn't report it. */
  running: boolean | null;
  pid: number | null;
  /** Exit code of the last run; null if the system doesn't report it. */
  lastExit: number | null;
  /** systemd only: true if the service runs while the user is logged out. */
  linger: boolean | null;
}>;

/** Result of a system tool. `code` is null if the tool could not be started. */
export type ToolResult = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** Runs a system tool and returns its result; never rejects. */
export type RunTool = (program: string, arguments_: readonly string[]) => Promise<ToolResult>;
