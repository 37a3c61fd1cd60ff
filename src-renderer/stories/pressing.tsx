import { useEffect, type ReactElement, type ReactNode } from 'react';

/**
 * Step of a person in a story: the name of a button, link, tab, menu item or switch to press (`radio NAME` for a choice), a text to wait for, or a field to
 * fill by its label.
 */
export type Press = string | Readonly<{ see: string }> | Readonly<{ fill: string; value: string }>;

const PRESSED = 'button, a, [role=tab], [role=menuitem], [role=switch], [type=radio]';

/** Brings a component into the state to show by the steps of a person, each as soon as it can be taken. `data-pressing` names the next one while some are left. */
export function Pressing({
  steps,
  children,
}: Readonly<{ steps: readonly Press[]; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const left = [...steps];
    const { dataset } = document.documentElement;
    let frame: number | undefined;
    const goOn = (): void => {
      frame = undefined;
      const [next] = left;
      if (next !== undefined && take(next)) left.shift();
      if (left.length === 0) {
        observer.disconnect();
        delete dataset['pressing'];
        return;
      }
      dataset['pressing'] = JSON.stringify(left[0]);
      if (left[0] !== next) frame = requestAnimationFrame(goOn);
    };
    // A frame between two steps: the first one may have changed what the second one is for.
    const observer = new MutationObserver(() => {
      frame ??= requestAnimationFrame(goOn);
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    goOn();
    return () => {
      observer.disconnect();
      if (frame !== undefined) cancelAnimationFrame(frame);
      delete dataset['pressing'];
    };
  }, [steps]);
  return <>{children}</>;
}

/** Takes a step; false if it can't be taken yet. */
function take(step: Press): boolean {
  if (typeof step === 'object' && 'see' in step) return document.body.textContent.includes(step.see);
  if (typeof step === 'object') {
    const field = [...document.querySelectorAll('input')].find((input) => labelOf(input) === step.fill);
    if (field === undefined) return false;
    // React listens to the event only if the value was set behind its back.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, step.value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return true;
  }
  const found = [...document.querySelectorAll<HTMLElement>(PRESSED)].find((element) => nameOf(element) === step);
  found?.click();
  return found !== undefined;
}

function labelOf(input: HTMLInputElement): string | undefined {
  return input.getAttribute('aria-label') ?? [...(input.labels ?? [])].map((label) => label.textContent).join(' ');
}

function nameOf(element: HTMLElement): string | undefined {
  if (element instanceof HTMLInputElement) return `radio ${element.parentElement?.textContent ?? ''}`;
  const labelled = element.getAttribute('aria-labelledby');
  if (labelled !== null) return document.getElementById(labelled)?.textContent;
  return element.getAttribute('aria-label') ?? element.textContent;
}
