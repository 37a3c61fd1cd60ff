import { DEFAULT_WINDOW_SETTINGS, type AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from '../../../store/index.ts';

/** Smallest text size of the setting, CSS pixels. */
const MIN_SIZE = 8;
/** Largest text size of the setting, CSS pixels. */
const MAX_SIZE = 32;

/**
 * Changes the text size of all terminals, at once in the window's store, and saves it in the window's settings. Called by keyboard shortcuts, Ctrl
 * with the wheel, the menu of the tabs and the command palette. Never rejects.
 * @param api connection to the shell, which saves the settings
 */
export async function changeTextSize(api: AppApiClient, change: 'larger' | 'smaller' | 'normal'): Promise<void> {
  const before = useApp.getState().settings;
  const size = before.terminal.fontSize;
  const wanted = { larger: size + 1, smaller: size - 1, normal: DEFAULT_WINDOW_SETTINGS.terminal.fontSize }[change];
  const fontSize = Math.min(Math.max(wanted, MIN_SIZE), MAX_SIZE);
  if (fontSize === size) return;
  const settings = { ...before, terminal: { ...before.terminal, fontSize } };
  // Applied at once, so that the next press counts from here.
  useApp.setState({ settings });
  try {
    await api.call('shell.settings.set', settings);
  } catch {
    // The size couldn't be saved and applies until the next start.
  }
}
