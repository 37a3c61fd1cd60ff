import { WINDOW_ZOOMS, type AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';

/** The keys of every browser; undefined for others. With Ctrl, or ⌘ on a Mac, which is looked at elsewhere. */
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

/** The next of the sizes there are; what is at the end stays there. */
export function zoomAfter(percent: number, how: 'larger' | 'smaller' | 'normal'): number {
  if (how === 'normal') return 100;
  if (how === 'larger') return WINDOW_ZOOMS.find((each) => each > percent) ?? percent;
  return WINDOW_ZOOMS.findLast((each) => each < percent) ?? percent;
}

/** Draws the whole window larger or smaller, and keeps it. In a browser that is the browser's. */
export async function zoomWindow(api: AppApiClient, how: 'larger' | 'smaller' | 'normal'): Promise<void> {
  const { settings } = useApp.getState();
  const zoom = zoomAfter(settings.zoom, how);
  if (zoom === settings.zoom) return;
  const wanted = { ...settings, zoom };
  // At once; the next press counts from here.
  useApp.setState({ settings: wanted });
  try {
    await api.call('shell.settings.set', wanted);
  } catch {
    useApp.setState({ settings });
  }
}
