import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, shell } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { Viewers } from './viewers.ts';

/** Creates the application's opener of viewers, which uses the system's programs. */
export function createViewers(clock: Clock): Viewers {
  // A folder of its own: in the system's folder for temporary files, another account could put a file of that name first.
  let folder: Promise<string> | undefined;
  return new Viewers({
    clock,
    hasProgram: (protocol) => app.getApplicationNameForProtocol(`${protocol}//`) !== '',
    openLink: (link) => shell.openExternal(link),
    openSettings: async (text) => {
      folder ??= mkdtemp(join(app.getPath('temp'), 'clawreach-rdp-'));
      const file = join(await folder, 'ClawReach.rdp');
      await writeFile(file, text, { mode: 0o600 });
      return await shell.openPath(file);
    },
  });
}
