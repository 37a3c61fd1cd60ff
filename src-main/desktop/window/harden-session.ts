import type { Session } from 'electron';
import type { Logger } from '#shared/logger.ts';
import { APP_SCHEME } from '../app-scheme.ts';
import { createAppHandler } from './app-protocol.ts';
import { isAllowedPermission, isCameraAlone, isOwnRequest } from './requests.ts';

export type WindowSessionOptions = Readonly<{
  /** Directory of the window's files, absolute. */
  files: string;
  developer: boolean;
  logger: Logger;
  /** Whether the person scans a code at this moment. */
  camera: Readonly<{ isOpen: boolean }>;
}>;

/** Chromium's answer for a certificate that is not trusted. */
const CERTIFICATE_DENIED = -2;

/**
 * Nobody listens on port 1 of this machine. Under no content policy and past the request handlers, a peer connection could still reach a server of
 * its own choice by TCP; like everything else of the session it goes through the proxy, where there is one.
 */
const NOWHERE = { mode: 'fixed_servers', proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: '<-loopback>' } as const;

/** Everything a page's session could do beyond showing our own files is refused here, whatever the page does. */
export async function hardenSession(
  session: Session,
  { files, developer, logger, camera }: WindowSessionOptions,
): Promise<void> {
  session.protocol.handle(APP_SCHEME, createAppHandler(files));
  session.webRequest.onBeforeRequest(({ url, resourceType }, answer) => {
    const cancel = !isOwnRequest(url, developer);
    // The address may carry what the page knows.
    if (cancel) logger.warn('a request of the window was refused', { kind: resourceType });
    answer({ cancel });
  });
  // Both: asking for one that is not granted is one way, just using it the other.
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const origin = originOf(details.requestingUrl);
    const scans =
      camera.isOpen &&
      permission === 'media' &&
      isCameraAlone('mediaTypes' in details ? details.mediaTypes : [], origin);
    answer(details.isMainFrame && (scans || isAllowedPermission(permission, origin)));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    const scans = camera.isOpen && permission === 'media' && isCameraAlone([details.mediaType ?? 'unknown'], origin);
    return details.isMainFrame && (scans || isAllowedPermission(permission, origin));
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
    logger.warn('a download of the window was refused');
  });
  // No page of ours comes by TLS.
  session.setCertificateVerifyProc((_request, answer) => answer(CERTIFICATE_DENIED));
  session.setSpellCheckerEnabled(false);
  await session.setProxy(NOWHERE);
}

function originOf(url: string): string | undefined {
  // `URL.origin` is `null` for a scheme that the language does not know.
  return /^[a-z]+:\/\/[^/?#]+/.exec(url)?.[0];
}
