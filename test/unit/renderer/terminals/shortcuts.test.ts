import { expect, test } from 'vitest';
import { shortcutOf } from '../../../../src-renderer/features/terminals/shortcuts.ts';

/** `Control+Shift+KeyE`, as a keyboard gives it. */
function press(keys: string) {
  const parts = keys.split('+');
  const code = parts.at(-1) ?? '';
  return shortcutOf({
    key: code.replace(/^Key|^Digit/, ''),
    code,
    ctrlKey: parts.includes('Control'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
    metaKey: parts.includes('Meta'),
    isComposing: false,
  });
}

test('a key is a shortcut only with Control and mostly Shift: all others are the program’s', () => {
  expect(press('Control+Shift+KeyE')).toEqual({ kind: 'split', direction: 'row' });
  expect(press('Control+Shift+KeyO')).toEqual({ kind: 'split', direction: 'column' });
  expect(press('Control+Shift+ArrowUp')).toEqual({ kind: 'focus', side: 'up' });
  expect(press('Alt+Shift+ArrowLeft')).toEqual({ kind: 'resize', side: 'left' });
  expect(press('Control+Shift+Enter')).toEqual({ kind: 'zoom-pane' });
  expect(press('Control+Shift+PageUp')).toEqual({ kind: 'move-tab', by: -1 });
  expect(press('Control+PageDown')).toEqual({ kind: 'next' });
  expect(press('Control+Shift+KeyZ')).toEqual({ kind: 'reopen' });
  expect(press('Control+Shift+KeyL')).toEqual({ kind: 'clear' });
  expect(press('Control+Shift+KeyI')).toEqual({ kind: 'broadcast' });
  expect(press('Control+Shift+KeyD')).toEqual({ kind: 'duplicate' });
  expect(press('Alt+Digit2')).toEqual({ kind: 'tab', number: 2 });
  const others = [
    'Alt+Digit0',
    'Alt+Shift+Digit2',
    // AltGr on Windows: on a German keyboard a brace.
    'Control+Alt+Digit7',
    'Digit2',
    'KeyE',
    'Control+KeyE',
    'Control+KeyC',
    'Alt+ArrowLeft',
    'Shift+ArrowUp',
    'Control+ArrowUp',
    'Control+Alt+KeyE',
    'Enter',
    'Shift+Enter',
  ];
  expect(others.map(press)).toEqual(others.map(() => undefined));
});

test('a key of a composition is never a shortcut', () => {
  const event = { key: 'E', code: 'KeyE', ctrlKey: true, shiftKey: true, altKey: false, metaKey: false };
  expect(shortcutOf({ ...event, isComposing: true })).toBeUndefined();
});
