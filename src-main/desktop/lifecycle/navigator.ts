import type { EventPayload } from '#shared/app-api/index.ts';

type Destination = EventPayload<'shell.navigate'>;

/** Leads the window somewhere; where the page does not listen yet, the last wish is kept until it does. */
export class Navigator {
  readonly #emit: (destination: Destination) => void;
  #listening = false;
  #wish: Destination | undefined;

  constructor(emit: (destination: Destination) => void) {
    this.#emit = emit;
  }

  go(destination: Destination): void {
    if (this.#listening) this.#emit(destination);
    else this.#wish = destination;
  }

  /** The page has begun to listen, or has gone. */
  setListening(listening: boolean): void {
    this.#listening = listening;
    const wish = this.#wish;
    if (!listening || wish === undefined) return;
    this.#wish = undefined;
    this.#emit(wish);
  }
}
