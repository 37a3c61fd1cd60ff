import type { EventPayload } from '#shared/app-api/index.ts';

type Destination = EventPayload<'shell.navigate'>;

/** Navigates the window; remembers the latest destination while the page isn't ready. */
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

  /** Tells that the page is ready, or is gone. */
  setListening(listening: boolean): void {
    this.#listening = listening;
    const destination = this.#destination;
    if (!listening || destination === undefined) return;
    this.#destination = undefined;
    this.#emit(destination);
  }
}
