import type { AppHandlers } from '#shared/app-api/index.ts';
import type { ClosingMode } from '../terminals/index.ts';

/** Answers to some calls of the app API. */
export type Handlers = Partial<AppHandlers>;

/**
 * One feature of the agent. `createX(core, dependencies)` returns it together with what other modules may call.
 * The agent starts modules in the order in which they were created, and ends them in reverse order.
 */
export type Module = Readonly<{
  handlers?: Handlers;
  /** Takes over what an earlier agent left running. Runs before anyone can reach this device. */
  prepare?(): Promise<void>;
  /** Begins to connect and to listen. */
  start?(): void;
  /** Takes no new work. Called for all modules before the first is closed. */
  stop?(): void;
  /** Closes what the module has opened. */
  close?(mode: ClosingMode): Promise<unknown> | void;
  /** Longest time that `close` may take, ms; 500 unless it is given. The agent goes on without it after that. */
  closeTimeout?: number;
}>;
