import type { WebContents } from 'electron';
import type { Logger } from '#shared/logger.ts';

/** What a double in a test has to have. */
export type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'setWebRTCIPHandlingPolicy'>;

/**
 * No page leads anywhere: the window shows its one document, opens no second one, and embeds none. (Links go through `shell.openLink`.)
 * Electron's checklist, points 11 to 14.
 */
export function guardContents(contents: GuardedContents, logger: Logger): void {
  const refuse =
    (what: string) =>
    (event: Readonly<{ preventDefault(): void }>): void => {
      event.preventDefault();
      logger.warn('the window was kept where it is', { refused: what });
    };
  contents.on('will-navigate', refuse('navigation'));
  contents.on('will-frame-navigate', refuse('navigation of a frame'));
  contents.on('will-redirect', refuse('redirection'));
  contents.on('will-attach-webview', refuse('embedded page'));
  contents.setWindowOpenHandler(() => {
    logger.warn('the window was kept where it is', { refused: 'new window' });
    return { action: 'deny' };
  });
  // A peer connection is under no content policy; without this it could send datagrams anywhere.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
