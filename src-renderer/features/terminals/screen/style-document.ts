/**
 * Creates a stand-in for the page's document that turns `<style>` elements into adopted style sheets. xterm creates `<style>` elements, which the
 * page's policy (`style-src 'self'`) rejects. Adopted sheets are allowed, because code of the page creates them.
 *
 * xterm's option `documentOverride` alone isn't enough. xterm 6.0.0 passes it to its renderers but not to the viewport: the default in
 * https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/CoreBrowserTerminal.ts#L461 is `(this._document ?? (typeof window !== 'undefined')) ?
 * window.document : null`, which is always the page's document, and `Viewport.ts#L79` creates its style there. So callers need both: the option for
 * the renderers, which xterm creates again after a lost WebGL context, and {@link withSheets} around `open`, which creates the viewport.
 *
 * Limits: attributes such as `media` have no effect, a `<style>` inside `innerHTML` isn't seen, and a sheet supports `textContent` and `remove` only.
 * xterm uses nothing else.
 */
export function createStyleDocument(): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') {
        return (name: string, options?: ElementCreationOptions) =>
          name === 'style' ? createSheetElement(target) : createElement(target, name, options);
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

/**
 * Runs `work` while the page's document also turns `<style>` elements into adopted sheets. Replaces `document.createElement` for that time, so `work`
 * must be synchronous.
 */
export function withSheets(work: () => void): void {
  const styled = createStyleDocument();
  document.createElement = (name: string, options?: ElementCreationOptions) => styled.createElement(name, options);
  try {
    work();
  } finally {
    // Removes the own property; the prototype's method applies again.
    Reflect.deleteProperty(document, 'createElement');
  }
}

/** Calls the method of the prototype, because the document's `createElement` may be the override that called this. */
function createElement(owner: Document, name: string, options?: ElementCreationOptions): HTMLElement {
  return Document.prototype.createElement.call(owner, name, options);
}

/** Adopted sheet of all terminals for which xterm has written the same rules. */
type SharedSheet = Readonly<{
  rules: string;
  sheet: CSSStyleSheet;
  /** Class in the rules; the elements of these terminals have it. */
  className: string;
  /** Elements in place of `<style>` with these rules. */
  users: Set<HTMLElement>;
}>;

/** Shared sheets by their rules, with a fixed word in place of the number of a terminal. */
const shared = new Map<string, SharedSheet>();
let created = 0;

const OWNER_CLASS = 'xterm-dom-renderer-owner-';
/** Place of a terminal's number in the rules that xterm writes for it: in the class of its element, and in the names of its animations. */
const BEFORE = String.raw`(?<=\.${OWNER_CLASS}|\bblink_(?:underline|bar|block)_)`;
const OWNER = new RegExp(String.raw`${BEFORE}\d+\b`, 'g');
const SHARED = new RegExp(String.raw`${BEFORE}shared\b`, 'g');

/**
 * Creates an empty element in place of `<style>`. Its text becomes an adopted sheet until the element is removed. Terminals with the same rules share
 * one sheet: xterm writes more than 800 rules for each terminal, and the browser compares elements with those of all terminals.
 */
function createSheetElement(owner: Document): HTMLElement {
  const element = createElement(owner, 'span');
  element.hidden = true;
  let text = '';
  let sheet: SharedSheet | undefined;
  let terminal: Element | null = null;
  const use = (next: SharedSheet | undefined): void => {
    const before = sheet;
    sheet = next;
    if (before === next) return;
    if (next !== undefined) terminal?.classList.add(next.className);
    if (before === undefined) return;
    terminal?.classList.remove(before.className);
    before.users.delete(element);
    if (before.users.size > 0) return;
    shared.delete(before.rules);
    owner.adoptedStyleSheets = owner.adoptedStyleSheets.filter((other) => other !== before.sheet);
  };
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set: (next: string) => {
      if (next === text) return;
      text = next;
      terminal = element.closest('.xterm');
      // Outside a terminal there is nothing to give the class to.
      use(takeSheet(owner, element, terminal === null ? next : next.replaceAll(OWNER, 'shared')));
    },
  });
  Object.defineProperty(element, 'remove', {
    value: () => {
      use(undefined);
      text = '';
      Element.prototype.remove.call(element);
    },
  });
  return element;
}

/** Returns the adopted sheet for these rules, and notes that the element uses it. */
function takeSheet(owner: Document, element: HTMLElement, rules: string): SharedSheet {
  const known = shared.get(rules);
  if (known !== undefined) {
    known.users.add(element);
    return known;
  }
  created += 1;
  const name = `shared-${created}`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules.replaceAll(SHARED, name));
  owner.adoptedStyleSheets = [...owner.adoptedStyleSheets, sheet];
  const next = { rules, sheet, className: `${OWNER_CLASS}${name}`, users: new Set([element]) };
  shared.set(rules, next);
  return next;
}
