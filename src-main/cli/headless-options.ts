import type { AgentStatus, ServiceKind } from '#shared/app-api/index.ts';

/** What `clawreach run` hands to the headless agent. */
export type HeadlessOptions = Readonly<{
  /** Absolute path of the profile directory; exists, 0700. */
  profile: string;
  /** Name of this device as other devices will see it; kept in the settings. */
  name?: string;
  /** Program of terminals instead of the login shell. */
  shell?: string;
  /** What starts it again when it ends with an error. */
  service?: ServiceKind;
  /** Started by another command: stderr is the log file of the profile. */
  background: boolean;
  /** Aborted by SIGINT, SIGTERM, SIGHUP: end everything in an orderly way, then resolve. */
  signal: AbortSignal;
  /** Called once, when the control socket answers. */
  onReady(status: AgentStatus): void;
  /** So many terminals go on without this agent; called at the end, if there are any. */
  onKept?(terminals: number): void;
}>;

/**
 * Runs until `signal` is aborted or `agent.stop` is called. Ctrl-C and a stop end the terminals of this device; whoever ends the process
 * otherwise (a service manager, a window that is closed) may start it again, so they are kept then.
 */
export type RunHeadless = (options: HeadlessOptions) => Promise<void>;
