import { systemPreferences } from 'electron';
import { systemClock } from '#node/clock/index.ts';
import { CameraGate } from './camera-gate.ts';

/** Creates the camera gate for this machine; on macOS, opening the gate asks for the system's permission. Called once by `main.ts`. */
export function createCameraGate(): CameraGate {
  return new CameraGate({
    clock: systemClock,
    askSystem: () =>
      process.platform === 'darwin' ? systemPreferences.askForMediaAccess('camera') : Promise.resolve(true),
  });
}
