import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepPlace, navigate, openPairing, showOpenClaw, showSettingsPlace, useApp } from '#renderer/store/index.ts';
import { peerId, resetState } from './agent.ts';

let kept: string | null;
let writes: number;
const storage = () => ({
  getItem: () => kept,
  setItem: (_key: string, value: string) => {
    writes += 1;
    kept = value;
  },
});

let stop: () => void = () => undefined;
beforeEach(() => {
  resetState();
  kept = null;
  writes = 0;
});
afterEach(() => stop());

/** Starts the window again with what it has stored. */
function restart() {
  stop();
  resetState();
  stop = keepPlace(storage);
  return useApp.getState();
}

test('the window opens where the person was', () => {
  expect(restart().place).toEqual({ page: 'machines' });
  navigate({ page: 'machines', machine: peerId('1'), tab: 'access' });
  expect(restart().place).toEqual({ page: 'machines', machine: peerId('1'), tab: 'access' });
  navigate({ page: 'history', tab: 'log' });
  expect(restart().place).toEqual({ page: 'history', tab: 'log' });
  showOpenClaw({ kind: 'gateway', id: 'home' });
  expect(restart()).toMatchObject({ place: { page: 'openclaw' }, openClaw: { kind: 'gateway', id: 'home' } });
  showSettingsPlace('keys', 'settings.keys.reset');
  expect(restart()).toMatchObject({
    place: { page: 'settings' },
    settingsPlace: { section: 'keys', setting: undefined },
  });
});

test('a request that was open in the inbox is not opened again', () => {
  restart();
  navigate({ page: 'inbox', request: 7 });
  expect(restart().place).toEqual({ page: 'inbox' });
});

test('only a change of the place is stored', () => {
  restart();
  openPairing('join');
  expect(writes).toBe(0);
});

test('what is stored is validated, and a page without storage opens with the machines', () => {
  for (const damaged of ['{', '{}', '{"place":{"page":"x"}}', '{"place":{"page":"machines","tab":9}}']) {
    kept = damaged;
    expect(restart().place).toEqual({ page: 'machines' });
  }
  kept = '{"place":{"page":"forwards"},"openClaw":{"kind":"x"},"section":7}';
  expect(restart()).toMatchObject({ place: { page: 'forwards' }, openClaw: undefined, settingsPlace: undefined });
  stop();
  resetState();
  stop = keepPlace(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  navigate({ page: 'inbox' });
  expect(useApp.getState().place).toEqual({ page: 'inbox' });
});
