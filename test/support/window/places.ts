import { findChromium } from '../chromium/launch.ts';
import type { Device } from '../e2e/device.ts';
import type { Stage } from '../e2e/stage.ts';
import { canLaunchElectron } from '../electron/launch.ts';
import { BrowserSurface, ElectronSurface, type Surface } from './surface.ts';

/** Where the window can be had. */
export type Place = Readonly<{ name: string; open(this: void, laptop: Device, stage: Stage): Surface }>;

/** The application on the stage; its page draws the terminals, so that a test can read them. */
export function openElectron(laptop: Device, stage: Stage): ElectronSurface {
  return new ElectronSurface(laptop, {
    environment: stage.environment,
    switches: ['--disable-gpu', '--disable-software-rasterizer'],
  });
}

/** Every place there is on this machine. */
export function availablePlaces(): readonly Place[] {
  return [
    ...(canLaunchElectron() ? [{ name: 'Electron', open: openElectron }] : []),
    ...(findChromium() === undefined
      ? []
      : [{ name: 'Chromium', open: (laptop: Device) => new BrowserSurface(laptop) }]),
  ];
}
