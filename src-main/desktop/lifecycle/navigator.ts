import type { EventPayload } from '#shared/app-api/index.ts';

type Destination = EventPayload<'shell.navigate'>;

/**
 * Navigator of the window: tells the page which of its views to show, or remembers the latest one in memory while the page isn't ready. Used for
 * clicks in the tray, on notifications and on `clawreach:` links.
 */
export class Navigator {
  readonly #emit: (destination: Destination) => void;
  #listening = false;
  #destination: Destination | undefined;

  constructor(emit: (destination: Destination) => void) {
    this.#emit = emit;
  }

  go(destination: Destination): void {
    if (this.#listening) this.#emit(destination);
    else this.#destination = destination;
  }

  /** Sets whether the page is ready to navigate. */
  setListening(listening: boolean): void {
    this.#listening = listening;
    const destination = this.#destination;
    if (!listening || destination === undefined) return;
    this.#destination = undefined;
    this.#emit(destination);
  }
}
