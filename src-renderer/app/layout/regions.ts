/** Marks what F6 goes to: side bar, banners when there are some, page. */
export const REGION = { 'data-region': '' } as const;

/** One whose content may be longer than its room: the keyboard comes to it to scroll, also where nothing in it can be pressed. */
export const SCROLLED_REGION = { ...REGION, tabIndex: 0 } as const;

/** What is worth the focus when the keyboard enters a region, best first; else the region itself. */
const ENTRANCES = ['[aria-current="page"]', 'button', 'a[href]'] as const;

/** Moves the focus to the next region, or back to the one before; the page gets it back where it had it. */
export class Regions {
  #lastInPage: HTMLElement | undefined;

  move(direction: 1 | -1): void {
    const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
    const active = document.activeElement;
    const current = regions.findIndex((region) => region.contains(active));
    const page = regions.find(({ localName }) => localName === 'main');
    if (active instanceof HTMLElement && page !== undefined && active !== page && page.contains(active))
      this.#lastInPage = active;
    const index = current === -1 ? 0 : (current + direction + regions.length) % regions.length;
    const next = regions[index];
    if (next !== undefined) this.#enter(next, next === page);
  }

  #enter(region: HTMLElement, isPage: boolean): void {
    if (!isPage) {
      const entrance = ENTRANCES.map((selector) => region.querySelector<HTMLElement>(selector)).find(
        (element) => element !== null,
      );
      (entrance ?? region).focus();
      return;
    }
    const last = this.#lastInPage;
    const canReturn = last !== undefined && last.isConnected && region.contains(last) && last.checkVisibility();
    (canReturn ? last : region).focus();
  }
}
