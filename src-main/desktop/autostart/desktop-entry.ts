import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { AutostartView } from '#shared/app-api/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { AutostartError } from './errors.ts';
import type { Autostart } from './autostart.ts';

export type DesktopEntryOptions = Readonly<{
  /** Absolute path in the user's autostart directory. */
  file: string;
  command: readonly [string, ...string[]];
  /** Name of a themed icon, or path of its file. */
  icon: string;
}>;

/**
 * Autostart by a desktop entry, a file in the user's autostart directory (freedesktop.org: Desktop Application Autostart Specification, Desktop Entry
 * Specification). The settings of desktops add `Hidden` or similar keys to the entry, which are respected. Used on Linux; reads, writes and removes
 * only that file.
 */
export class DesktopEntry implements Autostart {
  readonly #options: DesktopEntryOptions;

  constructor(options: DesktopEntryOptions) {
    this.#options = options;
  }

  async get(): Promise<AutostartView> {
    const { file } = this.#options;
    const text = await this.#read();
    return { state: text !== undefined && startsAtLogin(text) ? 'on' : 'off', problem: null, file };
  }

  async set(on: boolean): Promise<AutostartView> {
    const { file } = this.#options;
    try {
      if (on) await this.#write();
      else await rm(file, { force: true });
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : errorMessage(error);
      throw new AutostartError('shell.autostart-failed', 'the entry could not be written', {
        cause: error,
        details: { file, reason },
      });
    }
    return await this.get();
  }

  async repair(): Promise<void> {
    try {
      const text = await this.#read();
      if (text === undefined || !startsAtLogin(text) || keyOf(text, 'Exec') === execLine(this.#options.command)) return;
      // Rewrite only an entry that this program wrote.
      if (keyOf(text, MARK) !== undefined) await this.#write();
    } catch {
      // The entry stays unchanged, and the settings show its state.
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#options.file, 'utf8');
    } catch {
      return undefined;
    }
  }

  async #write(): Promise<void> {
    const { file, command, icon } = this.#options;
    const temporary = `${file}.${randomUUID()}`;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, entryText(command, icon), { flag: 'wx', mode: 0o644 });
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

const MARK = 'X-ClawReach-Autostart';

function entryText(command: readonly string[], icon: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=ClawReach',
    'Comment=Reach your machines',
    `Exec=${execLine(command)}`,
    `Icon=${stringValue(icon)}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    `${MARK}=1`,
    '',
  ].join('\n');
}

/** Tells whether desktops start the entry: none of the keys that disable it is set. */
function startsAtLogin(text: string): boolean {
  return keyOf(text, 'Hidden') !== 'true' && keyOf(text, 'X-GNOME-Autostart-enabled') !== 'false';
}

function keyOf(text: string, key: string): string | undefined {
  const [, main = ''] = text.split(/^\[Desktop Entry\]\s*$/m);
  const [group = ''] = main.split(/^\[/m);
  for (const line of group.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0 && line.slice(0, at).trim() === key) return line.slice(at + 1).trim();
  }
  return undefined;
}

/** Formats the key `Exec`: quoted arguments with their own escapes, doubled field codes, and the escapes of a string around them. */
function execLine(command: readonly string[]): string {
  return stringValue(
    command.map((word) => `"${word.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`).join(' '),
  );
}

function stringValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\r', String.raw`\r`);
}
