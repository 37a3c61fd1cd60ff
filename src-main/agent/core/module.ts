import type { AppHandlers } from '#shared/app-api/index.ts';
import type { ClosingMode } from '../terminals/index.ts';

/** Handlers of some calls of the app API. */
export type Handlers = Partial<AppHandlers>;

/**
 * One feature of the agent. `createX(core, dependencies)` returns the module together with methods for other modules. `Agent` starts modules in the
 * order of their creation, and closes them in reverse.
 */
export type Module = Readonly<{
  /** Handlers of the module's calls in the app API. */
  handlers?: Handlers;
  /** Adopts what an earlier agent left running, such as terminals. Called before anyone can reach this device. */
  prepare?(): Promise<void>;
  /** Starts to connect and to listen. */
  start?(): void;
  /** Stops to accept work. Called for all modules before the first one is closed. */
  stop?(): void;
  /** Closes what the module has opened. */
  close?(mode: ClosingMode): Promise<unknown> | void;
  /** Longest time that `close` may take, ms; undefined: 500. The agent doesn't wait longer. */
  closeTimeout?: number;
}>;
