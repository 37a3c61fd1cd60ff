/**
 * xterm makes `<style>` elements, which the policy of the page (`style-src 'self'`) refuses. Here each of them is an adopted sheet of the
 * page instead, which the policy allows: the page's own code has made it, not what stands in the document.
 *
 * The option `documentOverride` alone does not do it. xterm 6.0.0 hands it to its renderers but not to the viewport: the default in
 * https://github.com/xtermjs/xterm.js/blob/6.0.0/src/browser/CoreBrowserTerminal.ts#L461 is
 * `(this._document ?? (typeof window !== 'undefined')) ? window.document : null`, which is always the page's document, and
 * `Viewport.ts#L79` makes its style there. So both are needed: the override for renderers, which come anew whenever a graphics card is
 * lost, and {@link withSheets} around `open`, which makes the viewport.
 *
 * What it does not do: elements are looked at by their name only, an attribute such as `media` has no effect, `innerHTML` with a `<style>`
 * in it is not seen, and of a sheet's ways only `textContent` and `remove` work. xterm uses no other.
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

/** While `work` runs, a `<style>` that is made by the page's own document is a sheet too. Only for work that is over when it returns. */
export function withSheets(work: () => void): void {
  const styled = createStyleDocument();
  document.createElement = (name: string, options?: ElementCreationOptions) => styled.createElement(name, options);
  try {
    work();
  } finally {
    // The document's own property goes; its prototype has the method as before.
    Reflect.deleteProperty(document, 'createElement');
  }
}

/** The method of the prototype: that of the document may be the one that led here. */
function createElement(owner: Document, name: string, options?: ElementCreationOptions): HTMLElement {
  return Document.prototype.createElement.call(owner, name, options);
}

/** An empty element in place of the `<style>`: its text is a sheet of the document until it is removed. */
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
