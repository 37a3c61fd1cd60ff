import type { Clock, Timer } from '#shared/clock.ts';

export type CameraGateOptions = Readonly<{
  clock: Clock;
  /** Asks for the system's own permission, where there is one (macOS). */
  askSystem(): Promise<boolean>;
}>;

/** Time after the start of scanning in which the window may ask for the camera, ms; it asks at once. */
export const CAMERA_OPEN = 15_000;

/**
 * Permission for the camera: granted to the window only while the person scans a code, regardless of the page's behaviour. The window opens it by the
 * call `shell.camera`; `hardenSession` checks it for each permission request. Opening it asks for the system's permission, on macOS. Keeps its state
 * in memory only.
 */
export class CameraGate {
  readonly #options: CameraGateOptions;
  #timer: Timer | undefined;
  /** Counter of requests, since the system may answer after scanning has ended. */
  #requests = 0;

  constructor(options: CameraGateOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#timer !== undefined;
  }

  /** Opens or closes the gate. @returns true if the window may ask for the camera now */
  async set(on: boolean): Promise<boolean> {
    this.#close();
    this.#requests += 1;
    const request = this.#requests;
    if (!on || !(await this.#options.askSystem()) || request !== this.#requests) return false;
    this.#timer = this.#options.clock.setTimer(CAMERA_OPEN, () => this.#close());
    return true;
  }

  #close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
