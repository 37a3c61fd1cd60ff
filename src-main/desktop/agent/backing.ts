import type { AppTransport } from '#shared/app-api/index.ts';

/** The agent behind the application, whoever started it. */
export interface AgentBacking {
  /** It ends with the application. */
  readonly own: boolean;
  /** Connects a user interface to it until either ends. */
  serve(transport: AppTransport): void;
  /** Resolves when it is gone, or can be reached no more. */
  readonly ended: Promise<void>;
  /** The machine slept. */
  woke(): void;
  /** It is about to sleep. */
  suspended(): void;
  /** It is in another network. */
  networkChanged(): void;
  /** Ends what is ours of it. Idempotent. */
  close(): Promise<void>;
}
