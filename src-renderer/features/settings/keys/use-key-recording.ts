import { useEffect, useState } from 'react';
import { combinationsOf, isAllowed, patternOf, suspendShortcuts } from '../../../keys/index.ts';
import { usesCommandKey } from '../../../locale/index.ts';

/**
 * Records the next combination of keys while `isRecording`, before the window and its terminals get it. Escape alone, and a press of the mouse
 * elsewhere, cancel.
 * @param isInTerminals the keys are for terminals, whose programs get keys without a modifier
 * @param done receives the combination; undefined if the person has cancelled
 * @returns true after keys that can't be chosen were pressed
 */
export function useKeyRecording(
  isRecording: boolean,
  isInTerminals: boolean,
  done: (combination: string | undefined) => void,
): boolean {
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    if (!isRecording) return;
    const resume = suspendShortcuts();
    const finish = (combination: string | undefined): void => {
      setRefused(false);
      done(combination);
    };
    const press = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const pressed = combinationsOf(event, usesCommandKey)[0];
      if (pressed === undefined) return;
      const combination = patternOf(pressed);
      if (pressed === 'Escape') finish(undefined);
      else if (isAllowed(combination, isInTerminals)) finish(combination);
      else setRefused(true);
    };
    const cancel = (): void => finish(undefined);
    window.addEventListener('keydown', press, { capture: true });
    window.addEventListener('blur', cancel);
    window.addEventListener('pointerdown', cancel, { capture: true });
    return () => {
      resume();
      window.removeEventListener('keydown', press, { capture: true });
      window.removeEventListener('blur', cancel);
      window.removeEventListener('pointerdown', cancel, { capture: true });
    };
  }, [isRecording, isInTerminals, done]);
  return isRefused;
}
