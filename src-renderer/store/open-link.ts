import { AppApiError, type AppApiClient, type ShellFacts } from '#shared/app-api/index.ts';

const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/**
 * Opens a link outside, after the person has confirmed it: the application does it, and in a browser the browser itself, in a tab that knows
 * nothing of this one. Call it in the handler of a click, or a browser takes it for an unwanted window.
 * @throws {AppApiError} `shell.link` for anything but https:, http: and mailto:
 */
export async function openLink(api: AppApiClient, facts: ShellFacts | undefined, url: string): Promise<void> {
  if (!URL.canParse(url) || !SCHEMES.has(new URL(url).protocol)) {
    throw new AppApiError('shell.link', 'a link that is not opened');
  }
  if (facts?.kind === 'browser') window.open(url, '_blank', 'noopener,noreferrer');
  else await api.call('shell.openLink', { url });
}
