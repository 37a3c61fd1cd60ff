import { app } from 'electron';
import { DEEP_LINK_SCHEME } from './pairing-link.ts';

/**
 * Registers this program with the system for `clawreach:` links: always if installed, and from sources only on request.
 * @param isRequested true with `--register-links`
 */
export function registerScheme(isRequested: boolean): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  else if (isRequested) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME, process.execPath, [app.getAppPath()]);
}
