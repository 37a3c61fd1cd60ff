import { findChromium } from '../chromium/launch.ts';
import type { Device } from '../e2e/device.ts';
import type { Stage } from '../e2e/stage.ts';
import { canLaunchElectron } from '../electron/launch.ts';
import { BrowserSurface, ElectronSurface, type Surface } from './surface.ts';

/** Where the window can be had. */
export type Place = Readonly<{
  name: 'Electron' | 'Chromium';
  open(this: void, laptop: Device, stage: Stage): Surface;
}>;

/** The application on the stage; its page draws the terminals, so that a test can read them. */
export function openElectron(laptop: Device, stage: Stage): ElectronSurface {
  return new ElectronSurface(laptop, {
    environment: stage.environment,
    switches: ['--disable-gpu', '--disable-software-rasterizer'],
  });
}

/** Lists every place that this machine has, the application first. */
export function availablePlaces(): readonly Place[] {
  return [
    ...(canLaunchElectron() ? [{ name: 'Electron' as const, open: openElectron }] : []),
    ...(findChromium() === undefined
      ? []
      : [{ name: 'Chromium' as const, open: (laptop: Device) => new BrowserSurface(laptop) }]),
  ];
}

/**
 * Chooses where a story is told: in one place, the preferred one where this machine has it, since both show the same page. In every place with
 * `CLAWREACH_TEST_PLACES=all`, which `npm run test:full` sets.
 */
export function storyPlaces(preferred: Place['name'] = 'Electron'): readonly Place[] {
  const places = availablePlaces();
  if (process.env['CLAWREACH_TEST_PLACES'] === 'all') return places;
  return [places.find(({ name }) => name === preferred) ?? places[0]].filter((place) => place !== undefined);
}
