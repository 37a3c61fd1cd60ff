import { spawn } from 'node:child_process';
import type { EnvironmentVariables } from './host.ts';

/** Program that opens a link, its arguments, and text for its standard input. */
type Opener = Readonly<{ program: string; words: readonly string[]; input?: string }>;

/**
 * Returns the program that opens the link in a browser on this system; undefined without a display. Other users can
 * read command lines and the link opens the window, so macOS gets it over standard input; on Linux the window's server
 * checks the user of each connection. Pure.
 * @param url created by this program, so it has no characters that a shell interprets
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

/**
 * Opens the link in a browser by a program of the system, for `clawreach ui`. Resolves to false if there is no display, or if the program couldn't be
 * started.
 */
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
