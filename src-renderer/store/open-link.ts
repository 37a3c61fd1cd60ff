import { AppApiError, type AppApiClient, type ShellFacts } from '#shared/app-api/index.ts';

const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/**
 * Opens a link that the person has confirmed. The application passes the link to the operating system (`shell.openLink`); a browser opens a new tab
 * that can't access this one. Call this function in a click handler, or the browser blocks the tab. Used for links in terminals and for the web page
 * of an update.
 * @throws {AppApiError} `shell.link` for anything but https:, http: and mailto:
 */
export async function openLink(api: AppApiClient, facts: ShellFacts | undefined, url: string): Promise<void> {
  if (!URL.canParse(url) || !SCHEMES.has(new URL(url).protocol)) {
    throw new AppApiError('shell.link', 'a link that is not opened');
  }
  if (facts?.kind === 'browser') window.open(url, '_blank', 'noopener,noreferrer');
  else await api.call('shell.openLink', { url });
}
