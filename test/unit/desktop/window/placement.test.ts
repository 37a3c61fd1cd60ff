import { describe, expect, it } from 'vitest';
import { placeWindow } from '../../../../src-main/desktop/window/bounds.ts';
import { decideClosing } from '../../../../src-main/desktop/window/closing.ts';
import { applicationMenu } from '../../../../src-main/desktop/window/menu.ts';

const SCREEN = { x: 0, y: 24, width: 1280, height: 776 };
const SECOND = { x: 1280, y: 0, width: 1920, height: 1080 };
const SAVED = { x: 1400, y: 100, width: 900, height: 700, maximised: false };

describe('the window opens', () => {
  it('in the middle, no larger than the screen, at its first start', () => {
    expect(placeWindow(undefined, [SCREEN])).toEqual({ width: 1080, height: 720, maximised: false });
    expect(placeWindow(undefined, [{ ...SCREEN, width: 800, height: 560 }])).toEqual({
      width: 800,
      height: 560,
      maximised: false,
    });
  });

  it('where it was, on the screen where it was', () => {
    expect(placeWindow({ ...SAVED, maximised: true }, [SCREEN, SECOND])).toEqual({ ...SAVED, maximised: true });
  });

  it.each([
    ['its screen is gone', SAVED, [SCREEN]],
    ['its title bar is above the screen', { ...SAVED, x: 100, y: -30 }, [SCREEN]],
    ['only a sliver of it is left', { ...SAVED, x: 1240 }, [SCREEN]],
  ])('in the middle when %s', (_why, saved, screens) => {
    expect(placeWindow(saved, screens)).toEqual({ width: 900, height: 700, maximised: false });
  });

  it('never smaller than it can be used, nor larger than its screen', () => {
    expect(placeWindow({ ...SAVED, x: 0, y: 24, width: 10, height: 10 }, [SCREEN])).toMatchObject({
      width: 360,
      height: 480,
    });
    expect(placeWindow({ ...SAVED, x: 0, y: 24, width: 5000, height: 5000 }, [SCREEN])).toMatchObject({
      width: 1280,
      height: 776,
    });
  });
});

describe('closing the window', () => {
  const facts = { quitting: false, closeToTray: true, tray: true, platform: 'linux' } as const;

  it('hides it where a tray icon brings it back', () => {
    expect(decideClosing(facts)).toBe('hide');
  });

  it('minimises it where there is no tray: it is never lost', () => {
    expect(decideClosing({ ...facts, tray: false })).toBe('minimise');
  });

  it('ends the application where the person wants that', () => {
    expect(decideClosing({ ...facts, closeToTray: false })).toBe('quit');
    expect(decideClosing({ ...facts, closeToTray: false, tray: false })).toBe('quit');
  });

  it('leaves the application in the dock on macOS', () => {
    expect(decideClosing({ ...facts, platform: 'darwin', closeToTray: false })).toBe('hide');
  });

  it('closes it when the application ends', () => {
    expect(decideClosing({ ...facts, quitting: true })).toBe('close');
  });
});

describe('the menu', () => {
  it('is there on macOS only, with copy, paste and quit, without reload', () => {
    expect(applicationMenu('darwin')).toEqual([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]);
    expect([applicationMenu('linux'), applicationMenu('win32')]).toEqual([null, null]);
  });
});
