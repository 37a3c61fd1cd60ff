import type { StoryBrowser } from './story-browser.ts';

/** A piece of text of the page, or of what is read aloud of it. */
export type ShownText = Readonly<{ text: string; where: string }>;

export type ShownTexts = Readonly<{
  /** What stands outside of the brackets of the language that nobody speaks: data, and what did not come through the catalogue. */
  plain: readonly ShownText[];
  /** How many pieces came through the catalogue. */
  said: number;
  /** Words of the catalogue that do not fit where they stand. */
  cut: readonly ShownText[];
}>;

/** In the page: what is shown, without what the brackets of the catalogue enclose. */
const READ = `(() => {
  const plain = [];
  const cut = [];
  let said = 0;
  const outside = (text) => {
    let depth = 0;
    let kept = '';
    for (const letter of text) {
      if (letter === '⟦') depth += 1;
      else if (letter === '⟧') depth = Math.max(0, depth - 1);
      else if (depth === 0) kept += letter;
    }
    return kept.replaceAll(/\\s+/g, ' ').trim();
  };
  const nameOf = (element) => {
    const classes = typeof element.className === 'string' ? element.className.split(' ')[0] : '';
    return element.localName + (classes === '' ? '' : '.' + classes);
  };
  const add = (text, where) => {
    if (text.includes('⟦')) said += 1;
    const rest = outside(text);
    if (/\\p{L}{3}/u.test(rest)) plain.push({ text: rest, where });
  };
  // What is there for those who cannot see it only takes no room.
  const holdsWords = (element) =>
    element.clientWidth > 2 && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.includes('⟦'));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('.xterm, svg, code, pre') !== null || !isShown(element)) continue;
    const where = nameOf(element);
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('');
    if (own.trim() !== '') add(own, where);
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext', 'aria-description']) {
      const value = element.getAttribute(name);
      if (value !== null && value !== '') add(value, where + '[' + name + ']');
    }
    if (![...element.querySelectorAll('*'), element].some(holdsWords)) continue;
    const style = getComputedStyle(element);
    const isTiny = element.clientWidth <= 2 || element.clientHeight <= 2;
    const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
    const holds = element.matches('button, [role=button], [role=tab], [role=option], [role=menuitem], label, a');
    // Names of other machines end in dots where they are too long; what is not clipped may stand out a little.
    const isName = element.matches('bdi');
    // The ground of a quiet button at the edge of a page may lie below the bar.
    const bar = /auto|scroll/.test(style.overflowY) ? element.offsetWidth - element.clientWidth : 0;
    const spare = clips ? Math.max(1, bar) : 8;
    if (!isTiny && !isName && (clips || holds) && style.display !== 'inline' && element.scrollWidth > element.clientWidth + spare) {
      cut.push({ text: element.textContent.slice(0, 80), where: where + ' ' + element.scrollWidth + ' > ' + element.clientWidth });
    }
  }
  return { plain, cut, said };
})()`;

export async function readShownTexts(browser: StoryBrowser): Promise<ShownTexts> {
  return browser.page.evaluate<ShownTexts>(READ);
}
