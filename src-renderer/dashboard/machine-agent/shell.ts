import {
  DEFAULT_WINDOW_SETTINGS,
  HOSTED_RELAY_OFF,
  windowSettings,
  type AppTransport,
  type ShellHandlers,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { readPreferences, setPreference } from '../preferences/index.ts';
import { pageFileHandlers } from './page-files.ts';

/** Key in `localStorage` of the settings of terminals and keys. Theme and language are those of the page. */
const SETTINGS = 'machine.settings';

/**
 * Answers of the program around the window, which is a page of the relay here.
 * @param options.connect connects to the agent of this browser, for the calls that a window doesn't make itself
 * @param options.accounts false at a relay without accounts
 */
export function pageShell(
  version: string,
  { connect, accounts = true }: Readonly<{ connect(): Promise<AppTransport>; accounts?: boolean | undefined }>,
): ShellHandlers {
  return {
    ...pageFileHandlers(connect),
    'shell.facts': () =>
      Promise.resolve({
        kind: 'browser',
        platform: 'browser',
        version,
        electron: null,
        tray: false,
        canHostRelay: false,
        defaultRelay: null,
        ownsAgent: true,
        // A browser serves nothing, so no peer asks it for a right (ADR 53).
        without: [
          ...([
            'forwards',
            'messages',
            'inbox',
            'openclaw',
            'relay',
            'network',
            'diagnostics',
            'saved-commands',
          ] as const),
          ...(accounts ? [] : (['accounts'] as const)),
        ],
        secretStore: { protection: 'encrypted', backend: 'browser', problem: null },
      }),
    'shell.terminals': () => Promise.resolve({}),
    'shell.openLink': () => Promise.reject(new ClawReachError('shell.browser-links', 'the browser opens links itself')),
    'shell.settings.get': () => Promise.resolve({ ...keptSettings(), ...readPreferences() }),
    'shell.settings.set': async (settings) => {
      const { theme, language } = settings;
      await setPreference({ theme, language });
      try {
        localStorage.setItem(SETTINGS, JSON.stringify(settings));
      } catch {
        // They count until the page is closed.
      }
      return settings;
    },
    'shell.relay.get': () => Promise.resolve(HOSTED_RELAY_OFF),
    'shell.relay.start': () =>
      Promise.reject(new ClawReachError('shell.no-hosted-relay', 'no relay can be started here')),
    'shell.relay.outside': () => Promise.reject(new ClawReachError('shell.no-hosted-relay', 'no relay runs here')),
    'shell.relay.stop': () => Promise.resolve(HOSTED_RELAY_OFF),
  };
}

function keptSettings(): typeof DEFAULT_WINDOW_SETTINGS {
  try {
    const kept = safeParse(windowSettings, JSON.parse(localStorage.getItem(SETTINGS) ?? 'null'));
    return kept.data ?? DEFAULT_WINDOW_SETTINGS;
  } catch {
    return DEFAULT_WINDOW_SETTINGS;
  }
}
