import { lstat, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFile } from 'atomically';
import { systemCode } from '#shared/errors.ts';
import { unwritableError, unreadableError } from '../files/index.ts';

/** Line above ours, so that a person knows where it comes from. */
const MARK = '# ClawReach: machines as NAME.claw. To undo it: clawreach ssh-config --remove';

/**
 * The SSH configuration of the user of this process, and the file of ours that it includes (ssh_config(5)). Changes only its own two lines, and writes a file
 * completely or not at all. A link stays one; its target is changed.
 */
export class UserSshConfig {
  readonly file: string;
  readonly config: string;

  /**
   * @param config path of the person's configuration, usually `~/.ssh/config`
   * @param file path of ours
   */
  constructor(config: string, file: string) {
    this.config = config;
    this.file = file;
  }

  /** Reports whether the configuration includes the file. @throws {StoreError} `store.unreadable` */
  async isIncluded(): Promise<boolean> {
    return (await this.#read()).split(/\r?\n/).includes(this.#line);
  }

  /** Writes the file. @throws {StoreError} `store.write` */
  async write(text: string): Promise<void> {
    try {
      await writeFile(this.file, text, { mode: 0o600 });
    } catch (error) {
      throw unwritableError(this.file, error);
    }
  }

  /** Has the configuration include the file: at its beginning, since a line below a `Host` belongs to that. @throws {StoreError} `store.unreadable`, `store.write` */
  async include(): Promise<void> {
    const text = await this.#read();
    const others = this.#without(text);
    const next = `${MARK}\n${this.#line}\n${others === '' ? '' : `\n${others.replace(/^\n/, '')}`}`;
    if (next !== text) await this.#replace(next);
  }

  /** Takes that line out again, and deletes the file. @throws {StoreError} `store.unreadable`, `store.write` */
  async remove(): Promise<void> {
    const text = await this.#read();
    const others = this.#without(text);
    if (others !== text) await this.#replace(others);
    try {
      await rm(this.file, { force: true });
    } catch (error) {
      throw unwritableError(this.file, error);
    }
  }

  get #line(): string {
    // OpenSSH of Windows takes slashes, and a backslash would be an escape.
    const path = process.platform === 'win32' ? this.file.replaceAll('\\', '/') : this.file;
    return Buffer.from(`Include "${path}"`, 'utf8').toString('latin1');
  }

  #without(text: string): string {
    if (!text.includes(this.#line)) return text;
    const lines = text.split('\n');
    const isOurs = (at: number): boolean => lines[at]?.replace(/\r$/, '') === this.#line;
    // The same mark may stand above the line of another profile.
    const rest = lines.filter((line, at) => !isOurs(at) && !(line.replace(/\r$/, '') === MARK && isOurs(at + 1)));
    return rest.join('\n').replace(/^\n/, '');
  }

  async #read(): Promise<string> {
    try {
      // Every byte is one character, so that lines of others stay as they are in any encoding.
      return await readFile(this.config, 'latin1');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return '';
      throw unreadableError(this.config, error);
    }
  }

  async #replace(text: string): Promise<void> {
    try {
      await mkdir(dirname(this.config), { recursive: true, mode: 0o700 });
      const isThere = await lstat(this.config).then(
        () => true,
        () => false,
      );
      const target = isThere ? await realpath(this.config) : this.config;
      const mode = isThere ? (await stat(target)).mode & 0o777 : 0o600;
      await writeFile(target, Buffer.from(text, 'latin1'), { mode });
    } catch (error) {
      throw unwritableError(this.config, error);
    }
  }
}
