import { expect, test } from 'vitest';
import type { RightClick } from '#shared/app-api/index.ts';
import { pasteByRightClick, type PastingContents } from '../../../../src-main/desktop/window/paste-by-right-click.ts';

type Params = Parameters<Parameters<PastingContents['on']>[1]>[1];

function press(params: Partial<Params>, wanted: RightClick): number {
  let pastes = 0;
  let tell: (params: Params) => void = () => undefined;
  pasteByRightClick(
    {
      on: (_event, listener) => {
        tell = (given) => listener(undefined, given);
      },
      paste: () => (pastes += 1),
    },
    () => wanted,
  );
  tell({ isEditable: true, formControlType: 'text-area', menuSourceType: 'mouse', ...params });
  return pastes;
}

test('the right button pastes in a terminal where the person wants that, and nowhere else [S-APP-3]', () => {
  expect(press({}, 'paste')).toBe(1);
  expect(press({}, 'copy-paste')).toBe(1);
  expect(press({}, 'menu')).toBe(0);
  expect(press({ isEditable: false }, 'paste')).toBe(0);
  expect(press({ formControlType: 'input-text' }, 'paste')).toBe(0);
  expect(press({ formControlType: 'none' }, 'paste')).toBe(0);
  // The key for a menu is no press of the button.
  expect(press({ menuSourceType: 'keyboard' }, 'paste')).toBe(0);
});
