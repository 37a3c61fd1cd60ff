import type { AppHandlers } from '#shared/app-api/index.ts';
import type { ClosingMode } from '../terminals/index.ts';

/** Handlers of some calls of the app API, which windows and commands make over the control socket. */
export type Handlers = Partial<AppHandlers>;

/**
 * One feature of the agent, such as terminals or forwards. A function `createX(core, dependencies)` in the feature's folder returns it, together with
 * methods for other modules. `Agent` starts modules in the order of their creation, and closes them in reverse.
 */
export type Module = Readonly<{
  /** Handlers of the module's calls in the app API. */
  handlers?: Handlers;
  /** Adopts what an earlier agent left running, such as terminals. Called before anyone can reach this device. */
  prepare?(): Promise<void>;
  /** Starts connecting and listening. */
  start?(): void;
  /** Stops accepting work. Called for all modules before the first one is closed. */
  stop?(): void;
  /** Closes what the module has opened. @param mode decides if terminals keep running for the next agent */
  close?(mode: ClosingMode): Promise<unknown> | void;
  /** Time for which the agent waits for `close`, ms; undefined: 500. */
  closeTimeout?: number;
}>;
