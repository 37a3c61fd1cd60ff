import type { Session } from 'electron';
import type { Logger } from '#shared/logger.ts';
import { APP_SCHEME } from '../app-scheme.ts';
import { createAppHandler } from './app-protocol.ts';
import { isAllowedPermission, isCameraAlone, isOwnRequest } from './requests.ts';

export type WindowSessionOptions = Readonly<{
  /** Absolute path of the directory with the window's files. */
  files: string;
  developer: boolean;
  logger: Logger;
  /** Tells whether the person is scanning a code right now. */
  camera: Readonly<{ isOpen: boolean }>;
}>;

/** Chromium's code for an untrusted certificate. */
const CERTIFICATE_DENIED = -2;

/**
 * Proxy on port 1 of this machine, where nothing listens. Neither the content policy nor request handlers cover a peer
 * connection over TCP, but it uses the session's proxy.
 */
const NOWHERE = { mode: 'fixed_servers', proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: '<-loopback>' } as const;

/**
 * Restricts a session of Electron to showing this program's own files: no network, downloads, devices or permissions, except writing text to the
 * clipboard and, while the person scans a code, the camera. Called once, before the window is created. Logs refused requests and downloads.
 */
export async function hardenSession(
  session: Session,
  { files, developer, logger, camera }: WindowSessionOptions,
): Promise<void> {
  session.protocol.handle(APP_SCHEME, createAppHandler(files));
  session.webRequest.onBeforeRequest(({ url, resourceType }, answer) => {
    const cancel = !isOwnRequest(url, developer);
    // Not the address, which may contain what the page knows.
    if (cancel) logger.warn('a request of the window was refused', { kind: resourceType });
    answer({ cancel });
  });
  // Both handlers are needed: one for requesting a permission, one for using it without a request.
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
  // None of our pages uses TLS.
  session.setCertificateVerifyProc((_request, answer) => answer(CERTIFICATE_DENIED));
  session.setSpellCheckerEnabled(false);
  await session.setProxy(NOWHERE);
}

function originOf(url: string): string | undefined {
  // `URL.origin` is `null` for an unknown scheme.
  return /^[a-z]+:\/\/[^/?#]+/.exec(url)?.[0];
}
