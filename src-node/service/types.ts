import type { ServiceKind } from '#shared/app-api/index.ts';

/** What a service is made of: this machine, this person, this profile, and how the agent is started. */
export type ServiceFacts = Readonly<{
  platform: NodeJS.Platform;
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Number of the account; undefined on Windows. */
  uid: number | undefined;
  user: string;
  /** Absolute path of the profile. */
  profile: string;
  /** It is the one that is used where none is named. */
  isDefaultProfile: boolean;
  /** Absolute path of the executable, and its first arguments: what comes before `run`. */
  program: string;
  arguments: readonly string[];
  /** Variables that the program needs besides those of the session. */
  environment: Readonly<Record<string, string>>;
}>;

/** How the service stands. */
export type ServiceState = Readonly<{
  kind: ServiceKind;
  name: string;
  /** Its file. */
  file: string;
  /** The file is there and ours. */
  installed: boolean;
  /** The file is what this version would write; null where there is none. */
  current: boolean | null;
  /** It starts at the next login, or start of the machine; null where the system does not tell. */
  enabled: boolean | null;
  running: boolean | null;
  pid: number | null;
  /** How its last run has ended; null where the system does not tell. */
  lastExit: number | null;
  /** systemd only: it also runs while nobody is logged in. */
  linger: boolean | null;
}>;

/** What a program of the system has answered. `code` is null when it could not be started. */
export type ToolResult = Readonly<{ code: number | null; stdout: string; stderr: string }>;

export type RunTool = (program: string, arguments_: readonly string[]) => Promise<ToolResult>;
