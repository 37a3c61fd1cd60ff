import type { Clock } from '#shared/clock.ts';
import { ShellError } from './external-link.ts';

/** Protocols of remote desktops for which the system may have a program. */
export type DesktopProtocol = 'rdp' | 'vnc';

/** Most viewers opened within `period` ms. */
export const VIEWER_PACE = { viewers: 4, period: 10_000 } as const;

export type ViewersOptions = Readonly<{
  clock: Clock;
  /** Reports whether the system has a program for links of this protocol, such as `vnc:`. */
  hasProgram(protocol: string): boolean;
  /** Passes a link to the system. */
  openLink(link: string): Promise<void>;
  /** Writes the settings of a connection as a file, and has the system open it. @returns why it couldn't; empty if it did. @throws {ShellError} `shell.file-failed` */
  openSettings(text: string): Promise<string>;
}>;

/**
 * Opener of the system's programs for remote desktops, at ports of this machine: a link for VNC, a file of settings for RDP, which all programs for it
 * read. Connects to nothing else than 127.0.0.1. Answers the window's call `shell.openDesktop`.
 */
export class Viewers {
  readonly #options: ViewersOptions;
  #opened: readonly number[] = [];

  constructor(options: ViewersOptions) {
    this.#options = options;
  }

  /**
   * Opens the viewer.
   * @param port of a forward at 127.0.0.1
   * @throws {ShellError} `shell.no-viewer` without a program for it, `shell.file-failed`, `shell.link-pace`
   */
  readonly open = async (protocol: DesktopProtocol, port: number): Promise<void> => {
    this.#take();
    const { hasProgram, openLink, openSettings } = this.#options;
    const missing = (cause?: unknown): ShellError =>
      new ShellError('shell.no-viewer', 'the system has no program for this', {
        cause,
        details: { protocol: protocol.toUpperCase(), address: `127.0.0.1:${port}` },
      });
    if (protocol === 'vnc') {
      if (!hasProgram('vnc:')) throw missing();
      await openLink(`vnc://127.0.0.1:${port}`).catch((error: unknown) => {
        throw missing(error);
      });
      return;
    }
    const problem = await openSettings(rdpSettings(port));
    if (problem !== '') throw missing(problem);
  };

  #take(): void {
    const now = this.#options.clock.monotonic();
    this.#opened = this.#opened.filter((at) => at > now - VIEWER_PACE.period);
    if (this.#opened.length >= VIEWER_PACE.viewers)
      throw new ShellError('shell.link-pace', 'too many within a short time', {
        details: { limit: VIEWER_PACE.viewers, seconds: VIEWER_PACE.period / 1000 },
      });
    this.#opened = [...this.#opened, now];
  }
}

/**
 * Returns the settings of a connection as programs for Remote Desktop read them: they ask for the account, and warn about a certificate that they can't
 * check, since its name is that of the other machine. Pure.
 */
function rdpSettings(port: number): string {
  return `full address:s:127.0.0.1:${port}\r\nprompt for credentials:i:1\r\nauthentication level:i:2\r\n`;
}
