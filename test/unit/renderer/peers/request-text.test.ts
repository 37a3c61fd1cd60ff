import { afterEach, expect, test } from 'vitest';
import { requestDetail, requestedCommand, requestText } from '#renderer/features/peers/rights/request-text.ts';
import { changeLanguage } from '#renderer/locale/index.ts';

afterEach(() => changeLanguage('en'));

test('a request is described in the language of the window', async () => {
  await changeLanguage('de');
  expect(requestText('terminal', 'open a terminal')).toBe('ein Terminal öffnen');
  expect(requestText('terminal', 'run: rm -rf ~')).toBe('ausführen: rm -rf ~');
  expect(requestText('forward', 'connect to db:5432')).toBe('verbinden mit db:5432');
  expect(requestText('message', 'write to coder: run: ls')).toBe('schreiben an coder: run: ls');
});

test('text of a peer is quoted, and its hidden characters are visible', async () => {
  await changeLanguage('de');
  expect(requestText('prompt', 'open a terminal')).toBe('open a terminal');
  expect(requestText('terminal', 'run: echo \u202e{{what}} $t(wish.open)')).toBe(
    'ausführen: echo ⟨U+202E⟩{{what}} $t(wish.open)',
  );
  expect(requestText('terminal', 'toString')).toBe('toString');
});

test('a command stands alone below a title that names the request; no other text passes for one', () => {
  expect(requestDetail('terminal', 'run: uname -a')).toBe('uname -a');
  expect(requestDetail('terminal', 'run: echo \u202e')).toBe('echo ⟨U+202E⟩');
  expect(requestDetail('terminal', 'open a terminal')).toBe('open a terminal');
  expect(requestedCommand('terminal', 'open a terminal')).toBeUndefined();
  expect(requestedCommand('prompt', 'run: uname -a')).toBeUndefined();
  expect(requestDetail('message', 'write to coder: run: ls')).toBe('write to coder: run: ls');
});
