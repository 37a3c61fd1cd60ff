import type { Rectangle } from 'electron';
import type { Bounds } from '../ports.ts';

/** Smallest window, in device-independent pixels. */
export const SMALLEST = { width: 360, height: 480 } as const;
const USUAL = { width: 1080, height: 720 } as const;
/** Part of the title bar that must be on a screen, so that the window can be moved. */
const GRIP = { width: 96, height: 24 } as const;

/** Size and position for a new window; the system chooses the position if it is left out. */
export type Placement = Readonly<{ width: number; height: number; maximised: boolean; x?: number; y?: number }>;

/**
 * Returns size and position at which `MainWindow` opens: the former ones if that position is still visible and reachable; otherwise the system
 * centres the window. Pure.
 * @param workAreas work areas of the current screens, the primary one first
 */
export function placeWindow(saved: Bounds | undefined, workAreas: readonly Rectangle[]): Placement {
  if (saved === undefined) return { ...sizeWithin(USUAL, workAreas[0]), maximised: false };
  const home = workAreas.find((area) => canBeTaken(saved, area));
  const { maximised } = saved;
  if (home === undefined) return { ...sizeWithin(saved, workAreas[0]), maximised };
  const { width, height } = sizeWithin(saved, home);
  return { x: saved.x, y: saved.y, width, height, maximised };
}

function canBeTaken(window: Bounds, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return across >= GRIP.width && window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
}

function sizeWithin(
  size: Readonly<{ width: number; height: number }>,
  area: Rectangle | undefined,
): { width: number; height: number } {
  const fit = (wanted: number, smallest: number, room: number): number =>
    Math.max(smallest, Math.min(Math.round(wanted), room));
  return {
    width: fit(size.width, SMALLEST.width, area?.width ?? USUAL.width),
    height: fit(size.height, SMALLEST.height, area?.height ?? USUAL.height),
  };
}
