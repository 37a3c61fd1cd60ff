import { focusVisibly } from '../../ui/index.ts';

/** Attributes that mark an element as a region: side bar, list, page or dock. F6 moves the focus from region to region. */
export const REGION = { 'data-region': '' } as const;

/** Selectors of the element that gets the focus in a region, best first. Without a match, the region itself gets it. */
const ENTRANCES = ['[aria-current="page"]', 'button', 'a[href]'] as const;

/**
 * Moves the focus between the elements marked with `REGION`, for the key F6, which `useKeyboard` handles. On return to the page, the element that had
 * the focus there gets it again.
 */
export class Regions {
  #lastInPage: HTMLElement | undefined;

  /** Focuses the next (`1`) or the previous (`-1`) region in document order, from the last one on to the first. */
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
      focusVisibly(entrance ?? region);
      return;
    }
    const last = this.#lastInPage;
    const canReturn = last !== undefined && last.isConnected && region.contains(last) && last.checkVisibility();
    (canReturn ? last : region).focus();
  }
}
