/** Attribute of an element whose focus is shown although the browser wouldn't; the base sheet draws it as `:focus-visible`. */
const SHOWN = 'data-focus-shown';

/**
 * Focuses an element and shows that it has the focus. Chromium shows it only after keys without a modifier, so a shortcut would move the focus out of sight.
 */
export function focusVisibly(element: HTMLElement | null): void {
  if (element === null) return;
  element.setAttribute(SHOWN, '');
  element.addEventListener('blur', () => element.removeAttribute(SHOWN), { once: true });
  element.focus();
}
