/** Request to show the window, made by a second start of the application or by a link. */
export type OpenRequest = Readonly<{ link: string | undefined }>;

/** Most requests queued until the window can take them; further ones are dropped. */
const MAX_WAITING = 8;

/**
 * Queue in memory for requests that arrive before the window can take them; later ones are passed on at once. `start.ts` adds them, and `main.ts`
 * sets the receiver.
 */
export class OpenRequests {
  readonly #waiting: OpenRequest[] = [];
  #receive: ((opening: OpenRequest) => void) | undefined;

  add(opening: OpenRequest): void {
    if (this.#receive !== undefined) this.#receive(opening);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(opening);
  }

  /** Sets the receiver, once. */
  setReceiver(take: (opening: OpenRequest) => void): void {
    this.#receive = take;
    for (const opening of this.#waiting.splice(0)) take(opening);
  }
}
