import { spawn } from 'node:child_process';
import type { EnvironmentVariables } from './host.ts';

type Opener = Readonly<{ program: string; words: readonly string[]; input?: string }>;

/**
 * Returns how to open the browser; undefined without a display. The link opens the window, and other accounts can read
 * command lines: macOS gets it over standard input, and on Linux the window's server checks which user connects.
 * @param url created by this program, without characters that a shell or script interprets
 */
export function browserOpener(
  platform: NodeJS.Platform,
  variables: EnvironmentVariables,
  url: string,
): Opener | undefined {
  switch (platform) {
    case 'win32':
      return { program: 'rundll32', words: ['url.dll,FileProtocolHandler', url] };
    case 'darwin':
      // Over SSH, the display in front of the person is another machine's.
      if (variables['SSH_CONNECTION']) return undefined;
      return { program: 'osascript', words: ['-'], input: `open location "${url}"\n` };
    default:
      if (!variables['DISPLAY'] && !variables['WAYLAND_DISPLAY']) return undefined;
      return { program: 'xdg-open', words: [url] };
  }
}

/** Opens the browser; resolves with whether a program was started for it. */
export function openBrowser(platform: NodeJS.Platform, variables: EnvironmentVariables, url: string): Promise<boolean> {
  const opener = browserOpener(platform, variables, url);
  if (opener === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(opener.program, opener.words, {
      detached: true,
      stdio: [opener.input === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'],
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(opener.input);
    child.unref();
  });
}
