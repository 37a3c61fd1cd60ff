import type { Session } from 'electron';
import type { Logger } from '#shared/logger.ts';
import { APP_SCHEME } from '../app-scheme.ts';
import { createAppHandler } from './app-protocol.ts';
import { isAllowedPermission, isOwnRequest } from './requests.ts';

export type SessionOptions = Readonly<{
  /** Directory of the window's files, absolute. */
  files: string;
  developer: boolean;
  logger: Logger;
}>;

/** Chromium's answer for a certificate that is not trusted. */
const CERTIFICATE_DENIED = -2;

/** Everything a page's session could do beyond showing our own files is refused here, whatever the page does. */
export function hardenSession(session: Session, { files, developer, logger }: SessionOptions): void {
  session.protocol.handle(APP_SCHEME, createAppHandler(files));
  session.webRequest.onBeforeRequest(({ url, resourceType }, answer) => {
    const cancel = !isOwnRequest(url, developer);
    // The address may carry what the page knows.
    if (cancel) logger.warn('a request of the window was refused', { kind: resourceType });
    answer({ cancel });
  });
  // Both: asking for one that is not granted is one way, just using it the other.
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(details.isMainFrame && isAllowedPermission(permission, originOf(details.requestingUrl)));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return details.isMainFrame && isAllowedPermission(permission, origin);
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
    logger.warn('a download of the window was refused');
  });
  // No page of ours comes by TLS.
  session.setCertificateVerifyProc((_request, answer) => answer(CERTIFICATE_DENIED));
  session.setSpellCheckerEnabled(false);
}

function originOf(url: string): string | undefined {
  // `URL.origin` is `null` for a scheme that the language does not know.
  return /^[a-z]+:\/\/[^/?#]+/.exec(url)?.[0];
}
