import type { PauseView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

/** Pause of this device. `since`, `until`: ms since 1970; `until` is null without an end. */
export type Paused = PauseView;

export type PauseSwitchOptions = Readonly<{
  settings: SettingsStore;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  /** Called when the device was paused or resumed. */
  onChange(paused: boolean): void;
}>;

/** Longest pause with an end, ms. */
const LONGEST = 30 * 24 * 3_600_000;
/** Longest interval between checks of the end, ms. A single timer could miss the end if the machine sleeps or its clock is set. */
const CHECK_INTERVAL = 60_000;

/**
 * Pause of this device: the user wants no connections. Stored in the settings, so that the pause survives a restart. Writes an audit entry for each
 * change. Used by the pause module.
 */
export class PauseSwitch {
  readonly #options: PauseSwitchOptions;
  #paused: Paused | undefined;
  #isUnsaved = false;
  #timer: Timer | undefined;

  constructor(options: PauseSwitchOptions) {
    this.#options = options;
    const { settings, clock } = options;
    const { paused } = settings.value;
    // A pause that expired while no agent ran is over. The next change of the pause updates the settings.
    if (paused !== undefined && (paused.until === null || paused.until > clock.now())) this.#paused = paused;
    this.#watch();
  }

  /** Current pause; undefined for none. */
  get current(): Paused | undefined {
    return this.#paused;
  }

  /** True if the pause couldn't be saved. It would end at a restart. */
  get isUnsaved(): boolean {
    return this.#isUnsaved;
  }

  /**
   * Pauses the device, or changes the end of the pause. The pause holds even if it can't be saved.
   * @param until ms since 1970, at most 30 days ahead; null: until `resume`
   * @throws {ClawReachError} `agent.pause-until`
   */
  pause(until: number | null): void {
    const { clock, audit, onChange } = this.#options;
    const now = clock.now();
    if (until !== null && (until <= now || until > now + LONGEST))
      throw new ClawReachError('agent.pause-until', 'a pause ends within thirty days from now');
    const before = this.#paused;
    const paused = { since: before?.since ?? Math.floor(now), until };
    this.#paused = paused;
    this.#save(paused);
    audit.record('agent.paused', { until });
    this.#watch();
    onChange(true);
  }

  /** Ends the pause. Does nothing without one. */
  resume(): void {
    const { audit, onChange } = this.#options;
    if (this.#paused === undefined) return;
    this.#paused = undefined;
    this.#timer?.cancel();
    this.#save(undefined);
    audit.record('agent.resumed', {});
    onChange(false);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #watch(): void {
    const { clock, logger } = this.#options;
    this.#timer?.cancel();
    const until = this.#paused?.until ?? null;
    if (until === null) return;
    this.#timer = clock.setTimer(Math.min(CHECK_INTERVAL, Math.max(0, until - clock.now())), () => {
      if (clock.now() < until) {
        this.#watch();
        return;
      }
      logger.info('the pause is over');
      this.resume();
    });
  }

  #save(paused: Paused | undefined): void {
    const { settings, logger } = this.#options;
    try {
      settings.update(({ paused: _before, ...rest }) => (paused === undefined ? rest : { ...rest, paused }));
      this.#isUnsaved = false;
    } catch (error) {
      this.#isUnsaved = true;
      logger.warn('the pause could not be saved', { errorCode: errorCode(error) });
    }
  }
}

/** Returns the error for calls that need a connection during a pause. Thrown by links, relay, forwards and gateways. */
export function pausedError(): ClawReachError {
  return new ClawReachError('agent.paused', 'a person has paused this device');
}
