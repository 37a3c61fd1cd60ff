import { KEY_COMBINATION } from '#shared/app-api/index.ts';

/** Part of a key event that says which keys are pressed. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'
>;

const MODIFIERS = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const;
type Modifier = (typeof MODIFIERS)[number];

/** Keys that change others and are no shortcut alone. */
const MODIFIER_KEYS: ReadonlySet<string> = new Set([
  'Control',
  'Shift',
  'Alt',
  'AltGraph',
  'Meta',
  'OS',
  'CapsLock',
  'Fn',
  'Dead',
  'Process',
  'Unidentified',
]);

/** Keys that move and act within the window, and are no shortcut without a modifier. */
const NAVIGATION: ReadonlySet<string> = new Set([
  'Enter',
  'Escape',
  'Tab',
  'Space',
  'Backspace',
  'Delete',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Arrows',
]);

/** Splits a combination into its modifiers and its key. Pure. */
export function splitCombination(combination: string): Readonly<{ modifiers: readonly Modifier[]; key: string }> {
  const modifiers: Modifier[] = [];
  let key = combination;
  for (const modifier of MODIFIERS)
    if (key.startsWith(`${modifier}+`)) {
      modifiers.push(modifier);
      key = key.slice(modifier.length + 1);
    }
  return { modifiers, key };
}

/**
 * Returns the combinations that a key event stands for, most exact first; none for a modifier alone or a composition. A letter is the one on the
 * key, or on other alphabets the one at its position on a Latin keyboard. Signs such as `+` and `?` count without Shift, which layouts need
 * differently. Pure.
 */
export function combinationsOf(press: KeyPress, isMac: boolean): readonly string[] {
  if (press.isComposing || MODIFIER_KEYS.has(press.key) || (!isMac && press.metaKey)) return [];
  const prefix = (withShift: boolean): string =>
    [
      (isMac ? press.metaKey : press.ctrlKey) && 'Mod+',
      isMac && press.ctrlKey && 'Ctrl+',
      press.altKey && 'Alt+',
      withShift && press.shiftKey && 'Shift+',
    ]
      .filter((part) => part !== false)
      .join('');
  const found: string[] = [];
  const letter = letterOf(press);
  const digit = /^Digit(\d)$/.exec(press.code)?.[1] ?? /^\d$/.exec(press.key)?.[0];
  if (letter !== undefined) found.push(prefix(true) + letter);
  else if (press.key === ' ') found.push(`${prefix(true)}Space`);
  else if (isSign(press.key)) found.push(prefix(false) + press.key);
  else if (press.key.length > 1 && digit === undefined) found.push(prefix(true) + press.key);
  if (digit !== undefined) found.push(prefix(true) + digit);
  return found.filter((combination) => KEY_COMBINATION.test(combination));
}

function letterOf({ key, code, altKey }: KeyPress): string | undefined {
  // With Alt, a Mac's keyboard types other characters.
  const typed = altKey ? undefined : /^[a-zA-Z]$/.exec(key)?.[0];
  return typed?.toUpperCase() ?? /^Key([A-Z])$/.exec(code)?.[1];
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[\p{L}\p{N}]/u.test(key);
}

/** Any digit or arrow key that a combination with `#` or `Arrows` stands for. */
export type Match = Readonly<{ digit: number | undefined; arrow: 'left' | 'right' | 'up' | 'down' | undefined }>;

const ARROWS: Readonly<Record<string, Match['arrow']>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Compares a combination of the settings with a pressed one. @returns undefined if they differ. Pure. */
export function matchCombination(wanted: string, pressed: string, isMac: boolean): Match | undefined {
  const { modifiers, key } = splitCombination(pressed);
  const other = splitCombination(normalize(wanted, isMac));
  if (other.modifiers.join() !== modifiers.join()) return undefined;
  if (other.key === key) return { digit: undefined, arrow: undefined };
  if (other.key === '#' && /^[1-9]$/.test(key)) return { digit: Number(key), arrow: undefined };
  const arrow = ARROWS[key];
  return other.key === 'Arrows' && arrow !== undefined ? { digit: undefined, arrow } : undefined;
}

/** Returns the combination with `Mod` in place of Ctrl, which are the same except on a Mac. Pure. */
export function normalize(combination: string, isMac: boolean): string {
  if (isMac) return combination;
  const { modifiers, key } = splitCombination(combination);
  const all = new Set<string>(modifiers.map((modifier) => (modifier === 'Ctrl' ? 'Mod' : modifier)));
  return [...MODIFIERS.filter((modifier) => all.has(modifier)), key].join('+');
}

/** Reports whether one key press could mean both combinations. Pure. */
export function overlap(one: string, other: string, isMac: boolean): boolean {
  const [left, right] = [normalize(one, isMac), normalize(other, isMac)];
  return (
    left === right ||
    matchCombination(left, right, isMac) !== undefined ||
    matchCombination(right, left, isMac) !== undefined
  );
}

/** Returns a pressed combination in the form of a pattern: `#` for its digit, `Arrows` for its arrow key. Pure. */
export function patternOf(pressed: string): string {
  return pressed.replace(/(?<=^|\+)[1-9]$/, '#').replace(/Arrow(?:Left|Right|Up|Down)$/, 'Arrows');
}

/**
 * Reports whether a program in a terminal gets this combination although the window has an action for it: keys without Ctrl, and Ctrl with a letter
 * (on a Mac those keys have no use in the window). Pure.
 */
export function isForProgram(pressed: string, isMac: boolean): boolean {
  const { modifiers, key } = splitCombination(pressed);
  if (isMac && modifiers.includes('Mod')) return false;
  if (isMac && modifiers.includes('Ctrl')) return !/^F\d+$/.test(key);
  return !modifiers.includes('Mod') || (/^[A-Z]$/.test(key) && !modifiers.includes('Shift'));
}

/** Reports whether the combination types a character, so that a text field gets it. Pure. */
export function isTyped(pressed: string): boolean {
  const { modifiers, key } = splitCombination(pressed);
  return !/^F\d+$/.test(key) && !modifiers.includes('Mod') && !modifiers.includes('Ctrl') && !modifiers.includes('Alt');
}

/**
 * Reports whether the person may choose the combination for an action: keys that move within the window need a modifier, and keys for terminals have
 * one that programs don't expect. Pure.
 */
export function isAllowed(combination: string, isInTerminals: boolean): boolean {
  const { modifiers, key } = splitCombination(combination);
  if (!KEY_COMBINATION.test(combination)) return false;
  const hasModifier = modifiers.some((modifier) => modifier !== 'Shift');
  // On Windows, Ctrl with Alt is AltGr, which types characters.
  if (modifiers.includes('Mod') && modifiers.includes('Alt')) return false;
  if (/^F\d+$/.test(key)) return true;
  if (isInTerminals) return hasModifier;
  return hasModifier || !NAVIGATION.has(patternOf(key));
}
