import type { WebContents } from 'electron';
import type { Logger } from '#shared/logger.ts';

/** Part of WebContents that tests have to replace. */
export type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'setWebRTCIPHandlingPolicy'>;

/**
 * Blocks navigation, new windows, embedded pages and direct WebRTC connections, since the window shows only its one document. Links go through
 * `shell.openLink`. (Electron's security checklist, points 11 to 14.) Called for all contents that Electron creates. Logs what it blocks.
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
  // The content policy doesn't cover peer connections, which could otherwise send datagrams anywhere.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
