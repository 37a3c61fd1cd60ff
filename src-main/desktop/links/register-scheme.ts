import { app } from 'electron';
import { DEEP_LINK_SCHEME } from './pairing-link.ts';

/**
 * Registers this program with the operating system for `clawreach:` links, at each start of the application: always if installed, and from sources
 * only on request.
 * @param isRequested true with `--register-links`
 */
export function registerScheme(isRequested: boolean): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  else if (isRequested) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME, process.execPath, [app.getAppPath()]);
}
