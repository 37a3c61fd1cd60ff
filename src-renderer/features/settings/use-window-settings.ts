import { useCallback, useState } from 'react';
import type { WindowSettings } from '#shared/app-api/index.ts';
import { useApi, useApp } from '../../store/index.ts';

export type WindowSettingsControl = Readonly<{
  settings: WindowSettings;
  /** Error of the last change, which was undone; undefined without one. */
  error: unknown;
  /** Applies some settings at once and saves them; undoes them if that fails. @returns whether they were saved */
  change(part: Partial<WindowSettings>): Promise<boolean>;
  /** Applies and saves some of the terminal settings in the same way as `change`. */
  changeTerminal(part: Partial<WindowSettings['terminal']>): Promise<boolean>;
}>;

/**
 * Provides the window's settings and changes them (`shell.settings.set`). Used by every section of the settings that changes them; each has its own
 * errors.
 */
export function useWindowSettings(): WindowSettingsControl {
  const api = useApi();
  const settings = useApp((state) => state.settings);
  const [error, setError] = useState<unknown>();

  const change = useCallback(
    async (part: Partial<WindowSettings>): Promise<boolean> => {
      const before = useApp.getState().settings;
      const wanted = { ...before, ...part };
      // A later change builds on this one, so its own answer counts.
      const settle = (settled: WindowSettings): void =>
        useApp.setState((state) => (state.settings === wanted ? { settings: settled } : {}));
      setError(undefined);
      useApp.setState({ settings: wanted });
      try {
        settle(await api.call('shell.settings.set', wanted));
        return true;
      } catch (failure) {
        settle(before);
        setError(failure);
        return false;
      }
    },
    [api],
  );
  const changeTerminal = useCallback(
    (part: Partial<WindowSettings['terminal']>) =>
      change({ terminal: { ...useApp.getState().settings.terminal, ...part } }),
    [change],
  );
  return { settings, error, change, changeTerminal };
}
