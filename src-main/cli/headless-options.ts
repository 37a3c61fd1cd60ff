import type { AgentStatus, ServiceKind } from '#shared/app-api/index.ts';

/** Options that `clawreach run` passes to the headless agent. */
export type HeadlessOptions = Readonly<{
  /** Absolute path of the profile directory, which exists with mode 0700. */
  profile: string;
  /** Name of this device as other devices see it; stored in the settings. */
  name?: string;
  /** Program to run in terminals instead of the login shell. */
  shell?: string;
  /** Service manager that restarts the agent after an error. */
  service?: ServiceKind;
  /** True if another command started it, so that stderr is the profile's log file. */
  background: boolean;
  /** Aborted by SIGINT, SIGTERM and SIGHUP, for an orderly end. */
  signal: AbortSignal;
  /** Called once, when the control socket accepts connections. */
  onReady(status: AgentStatus): void;
  /** Called at the end if terminals stay open, with their number. */
  onTerminalsKept?(terminals: number): void;
}>;

/**
 * Runs the agent until `signal` is aborted or `agent.stop` is called. Ctrl-C and a stop end this device's terminals;
 * anything else that ends the process (a service manager, a closed window) may start it again, so they stay open then.
 */
export type RunHeadless = (options: HeadlessOptions) => Promise<void>;
