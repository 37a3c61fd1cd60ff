import { expect, test } from 'vitest';
import { CAMERA_OPEN, CameraGate } from '../../../../src-main/desktop/window/camera-gate.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

test('the camera can be asked for a moment after the person has begun to scan, and not after they have ended [S-PAIR-15]', async () => {
  const clock = new FakeClock();
  const gate = new CameraGate({ clock, askSystem: () => Promise.resolve(true) });
  expect(gate.isOpen).toBe(false);
  expect(await gate.set(true)).toBe(true);
  expect(gate.isOpen).toBe(true);
  await clock.advance(CAMERA_OPEN);
  expect(gate.isOpen).toBe(false);
  await gate.set(true);
  expect(await gate.set(false)).toBe(false);
  expect(gate.isOpen).toBe(false);
  expect(clock.pending).toBe(0);
});

test('a system that does not let the application have it keeps it closed', async () => {
  const gate = new CameraGate({ clock: new FakeClock(), askSystem: () => Promise.resolve(false) });
  expect(await gate.set(true)).toBe(false);
  expect(gate.isOpen).toBe(false);
});

test('the camera stays closed when the system’s question is answered after the person has ended [S-PAIR-15]', async () => {
  let answer: (granted: boolean) => void = () => undefined;
  const clock = new FakeClock();
  const gate = new CameraGate({ clock, askSystem: () => new Promise((resolve) => (answer = resolve)) });
  const asked = gate.set(true);
  await gate.set(false);
  answer(true);
  expect(await asked).toBe(false);
  expect(gate.isOpen).toBe(false);
  expect(clock.pending).toBe(0);
});
