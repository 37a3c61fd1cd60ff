import { describe, expect, it } from 'vitest';
import { windowSettings, DEFAULT_WINDOW_SETTINGS, type KeySettings } from '#shared/app-api/index.ts';
import {
  ACTIONS,
  combinationsOf,
  conflictsOf,
  DEFAULT_KEYS,
  findAction,
  isAllowed,
  keysFor,
  patternOf,
  type Action,
  type Focus,
  type KeyPress,
  type Scope,
} from '#renderer/keys/index.ts';
import { useApp } from '#renderer/store/index.ts';
import { EXAMPLE_FACTS } from '#renderer/stories/examples/index.ts';
import { withDefaultKeys, withKeys, withoutKeys } from '#renderer/features/settings/keys/key-changes.ts';

/** `Control+Shift+KeyE`, as a keyboard gives it. @param key character, where it differs from the key's place */
function event(keys: string, key?: string): KeyPress {
  const parts = keys.split('+');
  const code = parts.at(-1) ?? '';
  return {
    key: key ?? code.replace(/^Key|^Digit/, ''),
    code,
    ctrlKey: parts.includes('Control'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
    metaKey: parts.includes('Meta'),
    isComposing: false,
  };
}

function press(
  keys: string | KeyPress,
  {
    scope = 'terminal',
    focus = 'terminal',
    settings = {},
    isMac = false,
  }: Readonly<{ scope?: Scope; focus?: Focus; settings?: KeySettings; isMac?: boolean }> = {},
): string | undefined {
  const found = findAction(typeof keys === 'string' ? event(keys) : keys, scope, { settings, focus, isMac });
  return found === undefined ? undefined : [found.action, found.digit ?? found.arrow].filter(Boolean).join(' ');
}

describe('keys in a terminal', () => {
  it('are an action only with Control and mostly Shift: all others are the program’s', () => {
    expect(press('Control+Shift+KeyE')).toBe('terminal.split-right');
    expect(press('Control+Shift+KeyO')).toBe('terminal.split-below');
    expect(press('Control+Shift+ArrowUp')).toBe('terminal.focus-side up');
    expect(press('Alt+Shift+ArrowLeft')).toBe('terminal.resize left');
    expect(press('Control+Shift+Enter')).toBe('terminal.fill-tab');
    expect(press('Control+Shift+PageUp')).toBe('terminal.move-tab-left');
    expect(press('Control+PageDown')).toBe('terminal.next-tab');
    expect([press('Control+Tab'), press('Control+Shift+Tab')]).toEqual(['terminal.next-tab', 'terminal.previous-tab']);
    expect([press('Control+Shift+Home'), press('Control+Shift+End')]).toEqual([
      'terminal.scroll-top',
      'terminal.scroll-bottom',
    ]);
    expect(press('Control+Shift+KeyZ')).toBe('terminal.reopen');
    expect(press('Control+Shift+KeyL')).toBe('terminal.clear');
    expect(press('Control+Shift+KeyI')).toBe('terminal.broadcast');
    expect(press('Control+Shift+KeyD')).toBe('terminal.duplicate');
    expect(press('Control+Shift+Escape')).toBe('terminal.leave');
    expect(press('Alt+Digit2')).toBe('terminal.tab 2');
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
      'Meta+Shift+KeyE',
      'Enter',
      'Shift+Enter',
    ];
    expect(others.map((each) => press(each))).toEqual(others.map(() => undefined));
  });

  it('leave the window’s keys without Control, and Control with a letter, to the program', () => {
    const window = { scope: 'window' } as const;
    expect(['F6', 'Control+KeyK', 'Control+KeyB'].map((each) => press(each, window))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(press('Control+Shift+KeyK', window)).toBe('window.palette');
    expect(press('Control+F6', window)).toBe('window.next-region');
    expect(press('Control+Digit3', window)).toBe('window.page 3');
    const elsewhere = { scope: 'window', focus: 'other' } as const;
    expect(press('F6', elsewhere)).toBe('window.next-region');
    expect(press('Shift+F6', elsewhere)).toBe('window.previous-region');
    expect(press('Control+KeyK', elsewhere)).toBe('window.palette');
    expect(press('Control+KeyB', elsewhere)).toBe('window.next-region');
  });

  it('are no action during a composition', () => {
    expect(press({ ...event('Control+Shift+KeyE'), isComposing: true })).toBeUndefined();
  });
});

describe('keys of the window', () => {
  it('that type a character act only outside fields', () => {
    expect(press(event('Shift+Slash', '?'), { scope: 'window', focus: 'other' })).toBe('window.keys');
    expect(press(event('Shift+Slash', '?'), { scope: 'window', focus: 'field' })).toBeUndefined();
    expect(press('KeyA', { scope: 'inbox', focus: 'field' })).toBeUndefined();
    expect(press('KeyA', { scope: 'inbox', focus: 'other' })).toBe('inbox.approve');
    expect(press('Control+KeyK', { scope: 'window', focus: 'field' })).toBe('window.palette');
  });

  it('zoom by the keys of every browser, with and without Shift', () => {
    const window = { scope: 'window' } as const;
    expect(press(event('Control+Shift+Equal', '+'), window)).toBe('window.larger');
    expect(press(event('Control+Equal', '='), window)).toBe('window.larger');
    expect(press(event('Control+NumpadAdd', '+'), window)).toBe('window.larger');
    expect(press(event('Control+Minus', '-'), window)).toBe('window.smaller');
    // On a French keyboard, the minus sign is on the digit 6.
    expect(press(event('Control+Digit6', '-'), window)).toBe('window.smaller');
    expect(press(event('Control+Digit0'), window)).toBe('window.normal-size');
    expect(press(event('Control+Numpad0', '0'), window)).toBe('window.normal-size');
  });

  it('follow the letter on the key, and its position where the letters are others', () => {
    const elsewhere = { scope: 'window', focus: 'other' } as const;
    expect(press(event('Control+KeyY', 'k'), elsewhere)).toBe('window.palette');
    expect(press(event('Control+KeyK', 'л'), elsewhere)).toBe('window.palette');
  });

  it('use the command key on a Mac, where programs get Control', () => {
    const mac = { scope: 'window', isMac: true } as const;
    expect(press('Meta+KeyK', mac)).toBe('window.palette');
    expect(press('Control+KeyK', mac)).toBeUndefined();
    expect(press('Control+F6', mac)).toBe('window.next-region');
    expect(press('Meta+Shift+KeyE', { isMac: true })).toBe('terminal.split-right');
  });
});

describe('changed keys', () => {
  it('replace the default ones, which are the program’s again', () => {
    const settings = withKeys({}, 'terminal.search', 'Mod+Shift+H', 'replace');
    expect(press('Control+Shift+KeyH', { settings })).toBe('terminal.search');
    expect(press('Control+Shift+KeyF', { settings })).toBeUndefined();
    const both = withKeys(settings, 'terminal.search', 'F9', 'add');
    expect([press('F9', { settings: both }), press('Control+Shift+KeyH', { settings: both })]).toEqual([
      'terminal.search',
      'terminal.search',
    ]);
    expect(press('Control+Shift+KeyF', { settings: withoutKeys(both, 'terminal.search') })).toBeUndefined();
    expect(withDefaultKeys(both, 'terminal.search')).toEqual({});
    expect(withKeys(settings, 'terminal.search', 'Mod+Shift+F', 'replace')).toEqual({});
  });

  it('are recorded as pressed, any digit or arrow key as a pattern', () => {
    const recorded = (press: KeyPress): string => patternOf(combinationsOf(press, false)[0] ?? '');
    expect(recorded(event('Control+Alt+KeyE'))).toBe('Mod+Alt+E');
    expect(recorded(event('Control+Digit4'))).toBe('Mod+#');
    expect(recorded(event('Control+Shift+ArrowUp'))).toBe('Mod+Shift+Arrows');
    expect(recorded(event('Control+Shift+Equal', '+'))).toBe('Mod++');
    expect(recorded(event('Space', ' '))).toBe('Space');
    expect(combinationsOf(event('Control+ControlLeft', 'Control'), false)).toEqual([]);
  });

  it('can’t be those that the window or a program needs', () => {
    const allowed = (combination: string): readonly boolean[] => [
      isAllowed(combination, false),
      isAllowed(combination, true),
    ];
    expect(allowed('Mod+Shift+H')).toEqual([true, true]);
    expect(allowed('F9')).toEqual([true, true]);
    expect(allowed('Alt+H')).toEqual([true, true]);
    expect(allowed('H')).toEqual([true, false]);
    expect(['Enter', 'Tab', 'Escape', 'Shift+Tab', 'Space', 'Arrows', 'Mod+Alt+E'].flatMap(allowed)).not.toContain(
      true,
    );
  });

  it('are those that were pressed: a digit and an arrow stand for all of theirs, a function key for itself', () => {
    expect(['Mod+3', 'Alt+Shift+9', '1', 'Mod+0', 'Mod+ArrowUp'].map(patternOf)).toEqual([
      'Mod+#',
      'Alt+Shift+#',
      '#',
      'Mod+0',
      'Mod+Arrows',
    ]);
    const functionKeys = ['F1', 'F9', 'F10', 'F12', 'Mod+Shift+F3'];
    expect(functionKeys.map(patternOf)).toEqual(functionKeys);
    for (const keys of ['F8', 'Shift+F12']) {
      const [pressed = ''] = combinationsOf(event(keys), false);
      expect([pressed, isAllowed(patternOf(pressed), true)]).toEqual([keys, true]);
    }
  });

  it('that mean two actions are named', () => {
    expect(ACTIONS.flatMap((action) => conflictsOf(action, {}, false))).toEqual([]);
    expect(ACTIONS.flatMap((action) => conflictsOf(action, {}, true))).toEqual([]);
    const settings: KeySettings = { 'terminal.search': ['Ctrl+Shift+T'], 'window.pair': ['Mod+5'] };
    expect(conflictsOf('terminal.search', settings, false)).toEqual(['terminal.new']);
    expect(conflictsOf('terminal.search', settings, true)).toEqual([]);
    expect(conflictsOf('window.pair', settings, false)).toEqual(['window.page']);
    expect(conflictsOf('window.page', settings, false)).toEqual(['window.pair']);
    // Different scopes don't meet.
    expect(conflictsOf('inbox.approve', { 'inbox.approve': ['T'] }, false)).toEqual([]);
  });

  it('are stored with the settings of the window, the default ones too, and nothing else', () => {
    const stored = (keys: unknown) => windowSettings.safeParse({ ...DEFAULT_WINDOW_SETTINGS, keys }).success;
    expect(stored(DEFAULT_KEYS)).toBe(true);
    expect(stored({ 'action.of-a-later-version': ['Mod+Shift+U'] })).toBe(true);
    expect(stored({ 'terminal.new': ['Mod+Shift+t'] })).toBe(false);
    expect(stored({ 'terminal.new': ['rm -rf /'] })).toBe(false);
    expect(stored({ 'terminal.new': Array.from({ length: 5 }, () => 'F9') })).toBe(false);
    expect(stored({ '<b>': ['F9'] })).toBe(false);
    expect(windowSettings.parse({ ...DEFAULT_WINDOW_SETTINGS, keys: undefined }).keys).toEqual({});
    expect(keysFor('terminal.new', {})).toEqual(['Mod+Shift+T']);
  });
});

describe('keys in a browser tab', () => {
  const inTab = (action: Action, settings: KeySettings = {}) => keysFor(action, settings, true);

  it('are none that browsers keep for themselves, also of those that the person has chosen in the application', () => {
    expect(inTab('terminal.close')).toEqual(['Alt+Shift+W']);
    expect(inTab('terminal.new')).toEqual(['Alt+Shift+T']);
    expect([inTab('terminal.next-tab'), inTab('terminal.previous-tab')]).toEqual([['Alt+PageDown'], ['Alt+PageUp']]);
    expect(inTab('terminal.split-right')).toEqual(keysFor('terminal.split-right', {}));
    expect(inTab('terminal.close', { 'terminal.close': ['Ctrl+Shift+W', 'F9'] })).toEqual(['F9']);
    const reserved = /^(?:Mod|Ctrl)\+(?:Shift\+)?(?:[NTWQ]|Tab)$|^Mod\+Page/;
    expect(ACTIONS.flatMap((action) => inTab(action)).filter((each) => reserved.test(each))).toEqual([]);
    expect(ACTIONS.filter((action) => inTab(action).length === 0)).toEqual([]);
  });

  it('close a terminal where the window is a page, and leave the keys of the application to the browser', () => {
    const before = useApp.getState().facts;
    try {
      useApp.setState({ facts: { ...EXAMPLE_FACTS, kind: 'browser' } });
      expect([press('Alt+Shift+KeyW'), press('Control+Shift+KeyW')]).toEqual(['terminal.close', undefined]);
      expect(ACTIONS.flatMap((action) => conflictsOf(action, {}, false))).toEqual([]);
      expect(ACTIONS.flatMap((action) => conflictsOf(action, {}, true))).toEqual([]);
    } finally {
      useApp.setState({ facts: before });
    }
    expect([press('Alt+Shift+KeyW'), press('Control+Shift+KeyW')]).toEqual([undefined, 'terminal.close']);
  });
});
