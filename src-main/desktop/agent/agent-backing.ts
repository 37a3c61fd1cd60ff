import type { AppTransport } from '#shared/app-api/index.ts';

/**
 * Agent behind the application: its own, or one that was already running. `startApplicationAgent` and `attachToAgent` return one; `createAgentHost`
 * uses it.
 */
export interface AgentBacking {
  /** True if the agent ends with the application. */
  readonly endsWithApplication: boolean;
  /** Connects a user interface to the agent until either ends. */
  serve(transport: AppTransport): void;
  /** Resolves when the agent has ended or can't be reached any more. */
  readonly ended: Promise<void>;
  /** Tells the agent that the machine has woken from sleep. */
  woke(): void;
  /** Tells the agent that the machine is about to sleep. */
  suspended(): void;
  /** Tells the agent that the network has changed. */
  networkChanged(): void;
  /** Closes the connection, and the agent if it is the application's own. Idempotent. */
  close(): Promise<void>;
}
