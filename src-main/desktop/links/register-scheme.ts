import { app } from 'electron';
import { DEEP_LINK_SCHEME } from './pairing-link.ts';

/**
 * Makes this program the one that opens `clawreach:` links: the installed one always, one that is run from its sources only when told to.
 * @param asked by `--register-links`
 */
export function registerScheme(asked: boolean): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  else if (asked) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME, process.execPath, [app.getAppPath()]);
}
