import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, shell } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { ShellError } from './external-link.ts';
import { Viewers } from './viewers.ts';

/** Creates the application's opener of viewers, which uses the system's programs. */
export function createViewers(clock: Clock): Viewers {
  return new Viewers({
    clock,
    hasProgram: (protocol) => app.getApplicationNameForProtocol(`${protocol}//`) !== '',
    openLink: (link) => shell.openExternal(link),
    openSettings: async (text) => await shell.openPath(await writeSettings(text)),
  });
}

/** Writes a file in a folder of its own: in the system's folder for temporary files, another account could put a file of that name first. */
async function writeSettings(text: string): Promise<string> {
  try {
    const file = join(await mkdtemp(join(app.getPath('temp'), 'clawreach-rdp-')), 'ClawReach.rdp');
    await writeFile(file, text, { mode: 0o600 });
    return file;
  } catch (error) {
    throw new ShellError('shell.file-failed', 'the settings could not be written', {
      cause: error,
      details: { reason: errorMessage(error) },
    });
  }
}
