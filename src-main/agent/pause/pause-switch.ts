import type { PauseView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

/** A person wants no connection at all, until they say otherwise or until a moment. Times are milliseconds since 1970. */
export type Paused = PauseView;

export type PauseSwitchOptions = Readonly<{
  settings: SettingsStore;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  /** Called when the device was paused or resumed. */
  onChange(paused: boolean): void;
}>;

/** The longest a pause with an end may last, ms. */
const LONGEST = 30 * 24 * 3_600_000;
/** The end is looked for so often at least, ms: a machine that sleeps, or whose clock is set, must not miss it. */
const LOOK = 60_000;

/** Pause of this device: the user wants no connection. Kept in the settings, so that it survives a restart. */
export class PauseSwitch {
  readonly #options: PauseSwitchOptions;
  #paused: Paused | undefined;
  #isUnsaved = false;
  #timer: Timer | undefined;

  constructor(options: PauseSwitchOptions) {
    this.#options = options;
    const { settings, clock } = options;
    const { paused } = settings.value;
    // One that has run out while nothing ran is over; the settings learn of it with the next change.
    if (paused !== undefined && (paused.until === null || paused.until > clock.now())) this.#paused = paused;
    this.#watch();
  }

  get current(): Paused | undefined {
    return this.#paused;
  }

  /** True if the pause couldn't be saved: it would end at a restart. */
  get isUnsaved(): boolean {
    return this.#isUnsaved;
  }

  /**
   * Pauses now, or changes until when. What cannot be saved holds all the same: whoever wants no connection gets none.
   * @param until null: until `resume`
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
    this.#timer = clock.setTimer(Math.min(LOOK, Math.max(0, until - clock.now())), () => {
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

/** Returns the error for calls that need a connection during a pause. */
export function pausedError(): ClawReachError {
  return new ClawReachError('agent.paused', 'a person has paused this device');
}
