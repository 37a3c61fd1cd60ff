import { shell } from 'electron';
import { readOutsideLink, ShellError } from './outside-link.ts';

/**
 * Hands a link to the system; the window has asked the person before.
 * @throws {ShellError} `shell.link`, `shell.link-failed`
 */
export async function openOutside(text: string): Promise<void> {
  const link = readOutsideLink(text);
  try {
    await shell.openExternal(link);
  } catch (error) {
    throw new ShellError('shell.link-failed', 'the system did not open the link', { cause: error });
  }
}
