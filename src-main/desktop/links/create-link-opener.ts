import { shell } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { LinkOpener } from './link-opener.ts';

/** Creates the application's link opener, which uses the system's browser and mail program. It answers the window's call `shell.openLink`. */
export function createLinkOpener(clock: Clock): LinkOpener {
  return new LinkOpener({ clock, open: (link) => shell.openExternal(link) });
}
