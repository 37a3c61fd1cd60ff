/** Request to show the window, by a second start or by a link. */
export type OpenRequest = Readonly<{ link: string | undefined }>;

/** Number of requests that are kept until the window can take them. */
const MOST_WAITING = 8;

/** Queue of requests that arrive before the window can take them. */
export class OpenRequests {
  readonly #waiting: OpenRequest[] = [];
  #take: ((opening: OpenRequest) => void) | undefined;

  add(opening: OpenRequest): void {
    if (this.#take !== undefined) this.#take(opening);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(opening);
  }

  /** Sets the receiver, once. */
  setTaker(take: (opening: OpenRequest) => void): void {
    this.#take = take;
    for (const opening of this.#waiting.splice(0)) take(opening);
  }
}
