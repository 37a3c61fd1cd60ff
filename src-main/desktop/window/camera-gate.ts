import type { Clock, Timer } from '#shared/clock.ts';

export type CameraGateOptions = Readonly<{
  clock: Clock;
  /** The system’s own question, where it has one (macOS). */
  askSystem(): Promise<boolean>;
}>;

/** How long the window may ask for the camera after the person has begun to scan, ms: it asks at once. */
export const CAMERA_OPEN = 15_000;

/** The camera is there for the window while the person scans a code, and else for nobody, whatever the page does. */
export class CameraGate {
  readonly #options: CameraGateOptions;
  #timer: Timer | undefined;
  /** Counts wishes: the system's question may be answered when the person has long ended. */
  #wishes = 0;

  constructor(options: CameraGateOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#timer !== undefined;
  }

  /** @returns whether the window may ask for it now */
  async set(on: boolean): Promise<boolean> {
    this.#close();
    this.#wishes += 1;
    const wish = this.#wishes;
    if (!on || !(await this.#options.askSystem()) || wish !== this.#wishes) return false;
    this.#timer = this.#options.clock.setTimer(CAMERA_OPEN, () => this.#close());
    return true;
  }

  #close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
