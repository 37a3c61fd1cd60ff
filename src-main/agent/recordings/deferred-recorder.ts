import type { RunningRecording } from './recordings.ts';

type Step = (running: RunningRecording) => void;

/** Bytes counted for each write besides its content, since a program may write single bytes. */
const STEP = 64;
/** Most bytes that wait for the file. Further output isn't recorded. */
const MOST_WAITING = 1_048_576;

/**
 * Recorder of a terminal whose recording is still being created. Buffers output and passes it on once the recorder exists; does nothing if there is
 * none. Used when a peer opens a terminal or starts a command here and the settings say that it is recorded.
 */
export class DeferredRecorder {
  readonly #running: Promise<RunningRecording | undefined>;
  #steps: Step[] | undefined = [];
  #ready: RunningRecording | undefined;
  #waiting = 0;

  constructor(running: Promise<RunningRecording | undefined>) {
    this.#running = running.then((ready) => {
      this.#ready = ready;
      for (const step of this.#steps?.splice(0) ?? []) if (ready !== undefined) step(ready);
      this.#steps = undefined;
      return ready;
    });
  }

  /** Writes output of the terminal, or buffers it. */
  output(bytes: Uint8Array): void {
    this.#do(({ recorder }) => recorder.output(bytes), bytes.length);
  }

  resize(cols: number, rows: number): void {
    this.#do(({ recorder }) => recorder.resize(cols, rows), 0);
  }

  /** Marks that the following output redraws the screen. */
  redraw(): void {
    this.#do(({ recorder }) => recorder.redraw(), 0);
  }

  /** Ends the recording, once it has been created. */
  async stop(): Promise<void> {
    await (await this.#running)?.recorder.stop();
  }

  #do(step: Step, bytes: number): void {
    if (this.#steps === undefined) {
      if (this.#ready !== undefined) step(this.#ready);
      return;
    }
    this.#waiting += STEP + bytes;
    if (this.#waiting <= MOST_WAITING) this.#steps.push(step);
  }
}
