import { systemPreferences } from 'electron';
import { systemClock } from '#node/clock/index.ts';
import { CameraGate } from './camera-gate.ts';

/** Creates the gate for this machine. */
export function createCameraGate(): CameraGate {
  return new CameraGate({
    clock: systemClock,
    askSystem: () =>
      process.platform === 'darwin' ? systemPreferences.askForMediaAccess('camera') : Promise.resolve(true),
  });
}
