/**
 * Room that projects and their senders share, so that none of them fills it: a project may use half as much as is free, and a sender half as much as its
 * project may still use. However many fill their shares, some room is left for the next one. Touches memory only.
 */
export class FairShares {
  readonly #total: number;
  readonly #projects = new Map<string, number>();
  #used = 0;

  /** @param total bytes, or things of one size */
  constructor(total: number) {
    this.#total = total;
  }

  /** Amount that is used. */
  get used(): number {
    return this.#used;
  }

  /** Reports whether a sender of a project may use so much more. @param own amount that the sender uses */
  hasRoom(project: string, own: number, amount: number): boolean {
    const ofProject = this.#projects.get(project) ?? 0;
    const share = (this.#total - this.#used) / 2;
    return ofProject + amount <= share && own + amount <= (share - ofProject) / 2;
  }

  /** Notes that a project uses more, or less. @param change negative for less */
  change(project: string, change: number): void {
    this.#used += change;
    const next = (this.#projects.get(project) ?? 0) + change;
    if (next === 0) this.#projects.delete(project);
    else this.#projects.set(project, next);
  }
}
