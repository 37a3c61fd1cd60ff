import { expect, test } from 'vitest';
import { pasteByKey, type KeyedContents } from '../../../../src-main/desktop/window/paste-by-key.ts';

type Input = Parameters<Parameters<KeyedContents['on']>[1]>[1];

function press(input: Partial<Input>): readonly string[] {
  const done: string[] = [];
  let tell: (input: Input) => void = () => undefined;
  pasteByKey({
    on: (_event, listener) => {
      tell = (given) => listener({ preventDefault: () => void done.push('kept from the page') }, given);
    },
    paste: () => void done.push('pasted'),
  });
  tell({ type: 'keyDown', code: 'KeyV', control: true, shift: true, alt: false, meta: false, ...input });
  return done;
}

test('Ctrl+Shift+V pastes, once for a press, and no other key does [S-APP-3]', () => {
  expect(press({})).toEqual(['kept from the page', 'pasted']);
  for (const other of [
    { type: 'keyUp' },
    { code: 'KeyC' },
    { control: false },
    { shift: false },
    { alt: true },
    { meta: true },
  ])
    expect(press(other)).toEqual([]);
});
