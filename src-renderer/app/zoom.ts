import { WINDOW_ZOOMS, type AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';

/** Maps the browsers' usual zoom keys; undefined for others. The caller checks Ctrl or ⌘. */
export function zoomKey(key: string): 'larger' | 'smaller' | 'normal' | undefined {
  switch (key) {
    case '+':
    case '=':
      return 'larger';
    case '-':
      return 'smaller';
    case '0':
      return 'normal';
    default:
      return undefined;
  }
}

/** Returns the next zoom step; the largest and smallest stay. */
export function zoomAfter(percent: number, how: 'larger' | 'smaller' | 'normal'): number {
  if (how === 'normal') return 100;
  if (how === 'larger') return WINDOW_ZOOMS.find((each) => each > percent) ?? percent;
  return WINDOW_ZOOMS.findLast((each) => each < percent) ?? percent;
}

/** Zooms the whole window and saves the zoom. A browser zooms by itself. */
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
