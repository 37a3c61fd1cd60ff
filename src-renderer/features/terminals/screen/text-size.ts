import { DEFAULT_WINDOW_SETTINGS, type AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from '../../../store/index.ts';

/** As the settings allow it, CSS pixels. */
const LEAST = 8;
const MOST = 32;

/** Changes the size of the text in all terminals, and keeps it. */
export async function changeTextSize(api: AppApiClient, how: 'larger' | 'smaller' | 'normal'): Promise<void> {
  const before = useApp.getState().settings;
  const size = before.terminal.fontSize;
  const wanted = { larger: size + 1, smaller: size - 1, normal: DEFAULT_WINDOW_SETTINGS.terminal.fontSize }[how];
  const fontSize = Math.min(Math.max(wanted, LEAST), MOST);
  if (fontSize === size) return;
  const settings = { ...before, terminal: { ...before.terminal, fontSize } };
  // At once; the next press counts from here.
  useApp.setState({ settings });
  try {
    await api.call('shell.settings.set', settings);
  } catch {
    // Not kept, but it is as large as wanted until the next start.
  }
}
