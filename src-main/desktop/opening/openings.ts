/** The application was asked to show itself: by a second start, or by a link. */
export type OpenRequest = Readonly<{ link: string | undefined }>;

/** What waits at most until the window can take it. */
const MOST_WAITING = 8;

/** Keeps what came before there was anybody to take it. */
export class OpenRequests {
  readonly #waiting: OpenRequest[] = [];
  #take: ((opening: OpenRequest) => void) | undefined;

  add(opening: OpenRequest): void {
    if (this.#take !== undefined) this.#take(opening);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(opening);
  }

  /** Set once. */
  setTaker(take: (opening: OpenRequest) => void): void {
    this.#take = take;
    for (const opening of this.#waiting.splice(0)) take(opening);
  }
}
