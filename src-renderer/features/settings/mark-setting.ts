import { labelOf } from './sections.ts';

/** Elements that can carry the name of a setting. */
const NAMES = 'label, h3, h4, dt, legend, button, p, [id$="-label"], span';
/** Chosen segment of a group. */
const CHOSEN = 'input:checked';
const FOCUSABLE = 'button:not([disabled]), input, [role="combobox"], [tabindex="0"]';

/**
 * Scrolls to a setting, marks its name until the next key or click, and focuses its control; without a setting, focuses the section.
 * @param content element that contains the section
 * @param setting text key of the setting's name
 * @returns removes the mark
 */
export function markSetting(content: HTMLElement, section: string, setting: string | undefined): () => void {
  const own = new AbortController();
  // Parts of a section appear after their first answer.
  const frame = requestAnimationFrame(() => {
    const element = document.getElementById(`settings-${section}`);
    const label = setting === undefined ? undefined : labelOf(setting);
    const name = label === undefined || element === null ? undefined : findName(element, label);
    if (name === undefined) {
      element?.focus({ preventScroll: true });
      if (element !== null && element.previousElementSibling !== null) element.scrollIntoView({ block: 'start' });
      return;
    }
    name.scrollIntoView({ block: 'center' });
    name.dataset['marked'] = '';
    controlOf(name, content)?.focus({ preventScroll: true });
    const unmark = (): void => {
      delete name.dataset['marked'];
      own.abort();
    };
    document.addEventListener('pointerdown', unmark, { signal: own.signal });
    document.addEventListener('keydown', unmark, { signal: own.signal });
    own.signal.addEventListener('abort', () => delete name.dataset['marked']);
  });
  return () => {
    cancelAnimationFrame(frame);
    own.abort();
  };
}

function findName(section: HTMLElement, label: string): HTMLElement | undefined {
  return [...section.querySelectorAll<HTMLElement>(NAMES)].find(({ textContent }) => textContent.trim() === label);
}

/** Returns the control that this element names: its own, one that refers to it, or the next one of its row. */
function controlOf(name: HTMLElement, content: HTMLElement): HTMLElement | null {
  if (name instanceof HTMLLabelElement && name.control !== null) return name.control;
  if (name.matches(FOCUSABLE)) return name;
  const referring =
    name.id === '' ? null : content.querySelector<HTMLElement>(`[aria-labelledby~="${CSS.escape(name.id)}"]`);
  const own = referring?.matches(FOCUSABLE) === false ? referring.querySelector<HTMLElement>(CHOSEN) : referring;
  const row = name.closest('[data-setting]') ?? name.parentElement;
  return own ?? row?.querySelector<HTMLElement>(FOCUSABLE) ?? null;
}
