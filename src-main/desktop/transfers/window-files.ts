import { basename } from 'node:path';
import type { AppApiClient, CallInput, ShellCall, ShellHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { ChosenPaths, Choice } from './chosen-paths.ts';
import type { AskForFiles } from './file-chooser.ts';

/** Most bytes of a picture that is pasted. A screen of 8K, which compresses badly, stays below. */
export const LARGEST_PICTURE = 67_108_864;
/** First bytes of a PNG (W3C PNG 3, section 5.2). */
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export type WindowFilesOptions = Readonly<{
  chosen: ChosenPaths;
  choose: AskForFiles;
  /** Asks the person for one folder; undefined if they cancel. */
  chooseFolder(): Promise<string | undefined>;
  /** Shows a file in the file manager; false if neither it nor its folder is there. */
  reveal(path: string): Promise<boolean>;
  /** Writes to a file that is there, of this application. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  now(): Date;
}>;

/** Error of a call about files; codes `shell.*`. */
class WindowFilesError extends ClawReachError {
  override readonly name = 'WindowFilesError';
}

/** Answers the window's calls about files of transfers. The page names no paths: it has tokens of choices, and IDs of transfers. */
export class WindowFiles {
  readonly #options: WindowFilesOptions;

  constructor(options: WindowFilesOptions) {
    this.#options = options;
  }

  /** Keeps the paths of files that were dropped or pasted, as the preload script names them. @returns their token; undefined if they aren't such paths */
  readonly keep = (paths: unknown): string | undefined =>
    Array.isArray(paths) && paths.every((path) => typeof path === 'string')
      ? this.#options.chosen.keep(paths)
      : undefined;

  /** Keeps a picture that was pasted. @param bytes of a PNG @returns its token; undefined for what is no PNG, or too large */
  readonly keepPicture = (bytes: unknown): string | undefined =>
    bytes instanceof Uint8Array && bytes.length <= LARGEST_PICTURE && PNG.every((byte, index) => bytes[index] === byte)
      ? this.#options.chosen.keepPicture(bytes)
      : undefined;

  /** Returns the handlers of the calls. @param client returns the client of the agent behind the windows */
  handlers(
    client: () => Pick<AppApiClient, 'call'>,
  ): Required<
    Pick<
      ShellHandlers,
      Extract<
        ShellCall,
        `shell.transfers.${string}` | 'shell.agents.setFiles' | 'shell.folders.share' | 'shell.messages.send'
      >
    >
  > {
    const { chosen, choose, chooseFolder } = this.#options;
    return {
      'shell.transfers.choose': async ({ what }) => {
        const paths = await choose(what);
        const token = chosen.keep(paths) ?? null;
        return { token, count: paths.length, names: token === null ? [] : paths.map((path) => basename(path)) };
      },
      'shell.transfers.send': async ({ peer, token, terminal }) => {
        return await this.#send(client(), chosen.take(token), 'transfers.send', {
          peer,
          ...(terminal === undefined ? {} : { terminal }),
        });
      },
      'shell.transfers.put': async ({ token, ...place }) =>
        await this.#send(client(), chosen.take(token), 'folders.put', place),
      'shell.transfers.accept': async ({ approval }) => {
        const into = await chooseFolder();
        if (into === undefined) return { accepted: false };
        await client().call('transfers.accept', { approval, into });
        return { accepted: true };
      },
      'shell.transfers.setInbox': async ({ to }) => {
        const folder = to === 'default' ? null : await chooseFolder();
        return folder === undefined
          ? await client().call('transfers.inbox', {})
          : await client().call('transfers.setInbox', { folder });
      },
      'shell.agents.setFiles': async ({ name, to }) => {
        const folder = to === 'none' ? null : await chooseFolder();
        if (folder !== undefined) {
          const { files } = await client().call('agents.setFiles', { name, folder });
          return { folder: files };
        }
        const agents = await client().call('agents.list', {});
        return { folder: agents.find((agent) => agent.name === name)?.files ?? null };
      },
      'shell.folders.share': async ({ peer, mode }) => {
        const path = await chooseFolder();
        if (path === undefined) return { shared: false };
        await client().call('folders.share', { peer, path, mode });
        return { shared: true };
      },
      'shell.messages.send': async ({ token, ...message }) => {
        const choice = chosen.take(token);
        if (!('paths' in choice)) throw new WindowFilesError('shell.choice-gone', 'a picture is no file of a message');
        return await client().call('messages.sendFiles', { ...message, files: [...choice.paths] });
      },
      'shell.transfers.show': async ({ id }) => {
        if (!(await this.show(id, client())))
          throw new WindowFilesError('shell.nothing-to-show', 'the files are not there');
        return {};
      },
    };
  }

  async #send<Call extends 'transfers.send' | 'folders.put'>(
    client: Pick<AppApiClient, 'call'>,
    choice: Choice,
    call: Call,
    to: Omit<CallInput<Call>, 'paths' | 'name'> & Readonly<{ peer: string }>,
  ): Promise<Readonly<{ id: string }>> {
    if ('paths' in choice) {
      const { id } = await client.call(call, { ...to, paths: [...choice.paths] } as CallInput<Call>);
      return { id };
    }
    const { write, remove, now } = this.#options;
    const { path } = await client.call('transfers.spool', { peer: to.peer });
    try {
      await write(path, choice.picture);
      const { id } = await client.call(call, { ...to, paths: [path], name: pictureName(now()) } as CallInput<Call>);
      return { id };
    } catch (error) {
      // With a transfer, the agent removes it.
      await remove(path).catch(() => undefined);
      throw error;
    }
  }

  /** Shows the files of a transfer in the file manager. @returns false if they aren't there */
  async show(id: string, client: Pick<AppApiClient, 'call'>): Promise<boolean> {
    const { path } = await client.call('transfers.get', { id });
    return path !== null && (await this.#options.reveal(path));
  }
}

/** Returns the name of a picture that was pasted at that time. It needs no quotes in a shell. */
function pictureName(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `picture-${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}.png`;
}
