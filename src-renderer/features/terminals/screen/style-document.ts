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

/** Creates an empty element in place of `<style>`. Its text becomes an adopted sheet until the element is removed. */
function createSheetElement(owner: Document): HTMLElement {
  const element = createElement(owner, 'span');
  element.hidden = true;
  const sheet = new CSSStyleSheet();
  const remove = (): void => {
    owner.adoptedStyleSheets = owner.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  let text = '';
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set: (next: string) => {
      text = next;
      sheet.replaceSync(next);
      if (!owner.adoptedStyleSheets.includes(sheet)) owner.adoptedStyleSheets = [...owner.adoptedStyleSheets, sheet];
    },
  });
  Object.defineProperty(element, 'remove', {
    value: () => {
      remove();
      Element.prototype.remove.call(element);
    },
  });
  return element;
}
