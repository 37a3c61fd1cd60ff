import type { EventPayload } from '#shared/app-api/index.ts';

type Destination = EventPayload<'shell.navigate'>;

/** Navigator of the window: sends the page its next destination, or remembers the latest one while the page isn't ready. */
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
