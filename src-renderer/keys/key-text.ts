import { text, usesCommandKey } from '../locale/index.ts';
import { splitCombination } from './combination.ts';

/** Names a combination as the keyboards of the window's language do: its caps in order, such as `Ctrl`, `Shift`, `T`. A Mac shows signs. */
export function capsOf(combination: string): readonly string[] {
  const { modifiers, key } = splitCombination(combination);
  return [...modifiers.map(modifierText), keyText(key)];
}

/** Names a combination in one text: `Ctrl+Shift+T`, on a Mac `⇧⌘T`. */
export function combinationText(combination: string): string {
  const caps = capsOf(combination);
  return usesCommandKey ? caps.toSorted(byMacOrder).join('') : caps.join('+');
}

/** Returns a combination for `KeyCaps`: a cap for each key, on a Mac one cap with all signs, as its menus have them. */
export function shownKeys(combination: string): readonly string[] {
  return usesCommandKey ? [combinationText(combination)] : capsOf(combination);
}

/** Writes a combination as the attribute `aria-keyshortcuts` wants it: `Control+Shift+T`. Pure. */
export function ariaCombination(combination: string, isMac: boolean): string {
  const { modifiers, key } = splitCombination(combination);
  const names = modifiers.map((modifier) => {
    if (modifier === 'Ctrl') return 'Control';
    if (modifier === 'Mod') return isMac ? 'Meta' : 'Control';
    return modifier;
  });
  return [...names, key === '+' ? 'Plus' : key].join('+');
}

function modifierText(modifier: string): string {
  switch (modifier) {
    case 'Mod':
      return usesCommandKey ? '⌘' : text('ui.key.ctrl');
    case 'Ctrl':
      return usesCommandKey ? '⌃' : text('ui.key.ctrl');
    case 'Alt':
      return usesCommandKey ? '⌥' : 'Alt';
    default:
      return usesCommandKey ? '⇧' : text('ui.key.shift');
  }
}

const MAC_ORDER = ['⌃', '⌥', '⇧', '⌘'];

/** Signs of modifiers come first, in the order of a Mac's menus. */
function byMacOrder(one: string, other: string): number {
  const place = (cap: string): number => (MAC_ORDER.includes(cap) ? MAC_ORDER.indexOf(cap) : MAC_ORDER.length);
  return place(one) - place(other);
}

function keyText(key: string): string {
  switch (key) {
    case '#':
      return '1 – 9';
    case 'Arrows':
      return text('ui.key.arrows');
    case 'Enter':
      return text('ui.key.enter');
    case 'Escape':
      return text('ui.key.escape');
    case 'PageUp':
      return text('ui.key.page-up');
    case 'PageDown':
      return text('ui.key.page-down');
    case 'Space':
      return text('ui.key.space');
    case '-':
      return '−';
    default:
      return key;
  }
}
