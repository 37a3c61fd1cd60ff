import { expect, test } from 'vitest';
import { zoomAfter } from '#renderer/app/zoom.ts';

test('the window is drawn larger and smaller in steps, up to two and a half times, and as usual again', () => {
  const steps = [100];
  for (let step = 0; step < 9; step += 1) steps.push(zoomAfter(steps.at(-1) ?? 0, 'larger'));
  expect(steps).toEqual([100, 110, 125, 150, 175, 200, 250, 250, 250, 250]);
  expect([zoomAfter(100, 'smaller'), zoomAfter(75, 'smaller'), zoomAfter(250, 'normal')]).toEqual([90, 75, 100]);
  // Set by hand in the file.
  expect([zoomAfter(130, 'larger'), zoomAfter(130, 'smaller')]).toEqual([150, 125]);
});
