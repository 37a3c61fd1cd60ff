import { describe, expect, test } from 'vitest';
import { encodeKey, NONE_HELD, withModifiers } from '../../../../src-renderer/features/terminals/screen/touch-keys.ts';

const ESC = '\u001b';
const CTRL = { ctrl: true, alt: false };
const ALT = { ctrl: false, alt: true };

describe('a key of the row', () => {
  test('with Ctrl is the control character of its sign, small or capital', () => {
    const typed = ['c', 'C', 'z', '[', '@', ' ', '/', '-', '?', '8'].map((sign) => withModifiers(sign, CTRL));
    expect(typed).toEqual(['\u0003', '\u0003', '\u001a', ESC, '\0', '\0', '\u001f', '\u001f', '\u007f', '\u007f']);
  });

  test('with Ctrl stays as it is where there is no such character', () => {
    expect(['ä', '日', '!', '1', '\r'].map((sign) => withModifiers(sign, CTRL))).toEqual(['ä', '日', '!', '1', '\r']);
  });

  test('with Alt has an escape before it, also together with Ctrl', () => {
    expect(withModifiers('b', ALT)).toBe(`${ESC}b`);
    expect(withModifiers('b', { ctrl: true, alt: true })).toBe(`${ESC}\u0002`);
  });

  test('is left alone as a whole word of an input method, and as a control sequence', () => {
    expect(withModifiers('hello', CTRL)).toBe('hello');
    expect(withModifiers(`${ESC}[A`, ALT)).toBe(`${ESC}[A`);
  });

  test('that is an arrow follows the mode of the program, except with modifiers', () => {
    const up = { arrow: 'A' } as const;
    expect([encodeKey(up, NONE_HELD, false), encodeKey(up, NONE_HELD, true)]).toEqual([`${ESC}[A`, `${ESC}OA`]);
    expect([encodeKey(up, CTRL, true), encodeKey(up, ALT, false)]).toEqual([`${ESC}[1;5A`, `${ESC}[1;3A`]);
  });
});
