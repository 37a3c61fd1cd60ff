/** Attributes of a region that F6 moves to: side bar, banners, page. */
export const REGION = { 'data-region': '' } as const;

/** Attributes of a region that may scroll: the keyboard focuses it to scroll, even without any control in it. */
export const SCROLLED_REGION = { ...REGION, tabIndex: 0 } as const;

/** Elements that get the focus in a region, best first; otherwise the region itself. */
const ENTRANCES = ['[aria-current="page"]', 'button', 'a[href]'] as const;

/** Moves the focus between regions. The page restores the element that had the focus in it. */
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
