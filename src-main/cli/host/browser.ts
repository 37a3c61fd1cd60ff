import { spawn } from 'node:child_process';
import type { Variables } from './host.ts';

type Opener = Readonly<{ program: string; words: readonly string[]; input?: string }>;

/**
 * How the person's browser is opened, or undefined where there is no display. The link opens the window, and a command line can be read by other
 * accounts: on macOS it goes through the standard input, on Linux the window's server looks at whose program connects.
 * @param url of our own making: nothing in it means anything to a shell or script
 */
export function browserOpener(platform: NodeJS.Platform, variables: Variables, url: string): Opener | undefined {
  switch (platform) {
    case 'win32':
      return { program: 'rundll32', words: ['url.dll,FileProtocolHandler', url] };
    case 'darwin':
      // Somebody who has come over SSH sits before another display.
      if (variables['SSH_CONNECTION']) return undefined;
      return { program: 'osascript', words: ['-'], input: `open location "${url}"\n` };
    default:
      if (!variables['DISPLAY'] && !variables['WAYLAND_DISPLAY']) return undefined;
      return { program: 'xdg-open', words: [url] };
  }
}

/** Resolves with whether a program was started for it. */
export function openBrowser(platform: NodeJS.Platform, variables: Variables, url: string): Promise<boolean> {
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
