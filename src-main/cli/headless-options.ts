import type { AgentStatus, ServiceKind } from '#shared/app-api/index.ts';

/** Options with which `clawreach run` starts the agent in its own process. */
export type HeadlessOptions = Readonly<{
  /** Absolute path of the profile directory, which exists with mode 0700. */
  profile: string;
  /** Name of this device as other devices see it; stored in the settings. Undefined keeps the stored name. */
  name?: string;
  /** Program to run in terminals; by default the login shell. */
  shell?: string;
  /** Service manager that restarts the agent after an error; undefined if none does. */
  service?: ServiceKind;
  /** True if another command started the agent, so that stderr is the profile's log file. */
  background: boolean;
  /** Aborted by SIGINT, SIGTERM and SIGHUP; then the agent saves its state and ends. */
  signal: AbortSignal;
  /** Called once, when the control socket accepts connections. */
  onReady(status: AgentStatus): void;
  /** Called at the end if terminals keep running, with their number. */
  onTerminalsKept?(terminals: number): void;
}>;

/**
 * Runs the agent until `signal` is aborted or a client calls `agent.stop`. After Ctrl-C or a stop, the terminals of
 * this machine end. After another signal they keep running, since a service manager may start the agent again.
 */
export type RunHeadless = (options: HeadlessOptions) => Promise<void>;
