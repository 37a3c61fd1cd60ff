import { shell } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { LinkOpener } from './link-opener.ts';

/** Creates the opener for this system. */
export function createLinkOpener(clock: Clock): LinkOpener {
  return new LinkOpener({ clock, open: (link) => shell.openExternal(link) });
}
