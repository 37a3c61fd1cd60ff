import { expect, test } from 'vitest';
import { ClosedTabs } from '../../../../src-renderer/features/terminals/tabs/closed-tabs.ts';
import { onePane } from '../../../../src-renderer/features/terminals/panes/layout.ts';
import { plainCopy } from '../../../../src-renderer/features/terminals/clipboard/plain-copy.ts';

const OFFICE = { kind: 'peer', peerId: 'A' } as const;

test('tabs that were closed come back latest first, and not more than twenty of them', () => {
  const closed = new ClosedTabs();
  expect(closed.latest()).toBeUndefined();
  for (let number = 1; number <= 25; number += 1)
    closed.add(`tab ${number}`, onePane(0), 0, [{ host: OFFICE, title: '', terminal: undefined }]);
  // Nothing was in it.
  closed.add('empty', onePane(0), 0, []);
  expect(closed.count).toBe(20);
  const names: string[] = [];
  for (let tab = closed.latest(); tab !== undefined; tab = closed.latest()) {
    names.push(tab.name);
    expect(closed.remove(tab)).toBe(true);
    expect(closed.remove(tab)).toBe(false);
  }
  expect([names[0], names.at(-1)]).toEqual(['tab 25', 'tab 6']);
});

test('the tab in which a terminal was left is found by that terminal, the latest first', () => {
  const closed = new ClosedTabs();
  const left = (host: Readonly<{ kind: 'peer'; peerId: string }>, terminal: string) => ({ host, title: '', terminal });
  const first = closed.add('build', onePane(0), 0, [left(OFFICE, 'a'), left(OFFICE, 'b')]);
  closed.add('other machine', onePane(0), 0, [left({ kind: 'peer', peerId: 'B' }, 'b')]);
  expect(closed.withTerminal(OFFICE, 'b')).toBe(first);
  const again = closed.add('again', onePane(0), 0, [left(OFFICE, 'b')]);
  expect(closed.withTerminal(OFFICE, 'b')).toBe(again);
  expect(closed.withTerminal(OFFICE, 'c')).toBeUndefined();
});

test('what is copied has no blanks at the ends of its lines, unless it is part of one line', () => {
  expect(plainCopy('one   \ntwo\t \r\n\n  three\u00a0 ')).toBe('one\ntwo\r\n\n  three');
  expect(plainCopy('part of ')).toBe('part of ');
  expect(plainCopy('')).toBe('');
});
