import { WINDOW_ZOOMS, type AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';

/** Returns the zoom that follows `percent` among `WINDOW_ZOOMS`; at the largest or smallest zoom it stays. `normal` is 100. */
export function zoomAfter(percent: number, how: 'larger' | 'smaller' | 'normal'): number {
  if (how === 'normal') return 100;
  if (how === 'larger') return WINDOW_ZOOMS.find((each) => each > percent) ?? percent;
  return WINDOW_ZOOMS.findLast((each) => each < percent) ?? percent;
}

/**
 * Zooms the whole window by one step: changes the settings in the window's store at once, then saves them (`shell.settings.set`). Undoes the change
 * if that fails; never throws. Called by the window's shortcuts, in the application only, since a browser zooms by itself.
 */
export async function zoomWindow(api: AppApiClient, how: 'larger' | 'smaller' | 'normal'): Promise<void> {
  const { settings } = useApp.getState();
  const zoom = zoomAfter(settings.zoom, how);
  if (zoom === settings.zoom) return;
  const wanted = { ...settings, zoom };
  // Applied at once, so that the next press counts from here.
  useApp.setState({ settings: wanted });
  try {
    await api.call('shell.settings.set', wanted);
  } catch {
    useApp.setState({ settings });
  }
}
