import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandFor, createCommandNotifier } from '#node/programs/index.ts';
import type { Logger } from '#shared/logger.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

const NOTICE = { title: 'home', body: 'Backup <b>done</b> & dusted', isUrgent: true } as const;
const SESSION = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };

/** What is logged, with its fields. */
function keepingLogger(): Readonly<{ logger: Logger; said: unknown[] }> {
  const said: unknown[] = [];
  const keep = (message: string, fields?: unknown): void => void said.push([message, fields]);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return { logger, said };
}

describe.skipIf(process.platform === 'win32')('a notice of a gateway, where there is no window', () => {
  it('is shown by the notifier of the system, with its words as arguments', async () => {
    const directory = temporaryDirectory();
    const out = join(directory, 'words');
    await script(directory, `printf '%s\\n' "$@" > '${out}'`);
    const { logger, said } = keepingLogger();
    await createCommandNotifier({ ...SESSION, PATH: directory }, logger)(NOTICE);
    expect(await readFile(out, 'utf8')).toBe(`${commandFor(process.platform, NOTICE).slice(1).join('\n')}\n`);
    expect(said).toEqual([]);
  });

  it('is a line in the log where there is none, and where it fails', async () => {
    const directory = temporaryDirectory();
    const { logger, said } = keepingLogger();
    const notify = createCommandNotifier({ ...SESSION, PATH: directory }, logger);
    await notify(NOTICE);
    await script(directory, 'exit 3');
    await notify(NOTICE);
    await script(directory, 'kill -9 $$');
    await notify(NOTICE);
    const line = ['a gateway notifies', { title: NOTICE.title, body: NOTICE.body }];
    expect(said).toEqual([line, line, line]);
  });

  it.runIf(process.platform === 'linux')('starts nothing where no session could show it', async () => {
    const directory = temporaryDirectory();
    const out = join(directory, 'started');
    await script(directory, `: > '${out}'`);
    const { logger, said } = keepingLogger();
    await createCommandNotifier({ PATH: directory }, logger)(NOTICE);
    expect(said).toHaveLength(1);
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the words of a notice', () => {
  it('are no markup for a desktop, and no part of a script', () => {
    expect(commandFor('linux', NOTICE)).toEqual([
      'notify-send',
      '--app-name=ClawReach',
      '--urgency=critical',
      '--',
      'home',
      'Backup &#60;b&#62;done&#60;/b&#62; &#38; dusted',
    ]);
    const [program, flag, text, ...words] = commandFor('darwin', { ...NOTICE, title: '" & do shell script "' });
    expect([program, flag, words]).toEqual(['osascript', '-e', ['" & do shell script "', NOTICE.body]]);
    expect(text).not.toContain('do shell script');
    expect(commandFor('win32', NOTICE)).toEqual([]);
  });
});

/** Both names: the test runs on either system. */
async function script(directory: string, text: string): Promise<void> {
  for (const name of ['notify-send', 'osascript']) {
    await writeFile(join(directory, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(directory, name), 0o755);
  }
}
