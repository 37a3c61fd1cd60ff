/**
 * The document for xterm, which makes `<style>` elements that a strict policy refuses: here they are sheets of the page instead. All else is
 * the page's own document.
 */
export function createStyleDocument(): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') {
        return (name: string, options?: ElementCreationOptions) =>
          name === 'style' ? createSheetElement(target) : target.createElement(name, options);
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

/** An empty element in place of the `<style>`: its text is a sheet of the document until it is removed. */
function createSheetElement(owner: Document): HTMLElement {
  const element = owner.createElement('span');
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
