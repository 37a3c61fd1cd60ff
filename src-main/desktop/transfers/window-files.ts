import type { AppApiClient, ShellCall, ShellHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { ChosenPaths } from './chosen-paths.ts';
import type { AskForFiles } from './file-chooser.ts';

export type WindowFilesOptions = Readonly<{
  chosen: ChosenPaths;
  choose: AskForFiles;
  /** Asks the person for one folder; undefined if they cancel. */
  chooseFolder(): Promise<string | undefined>;
  /** Shows a file in the file manager; false if neither it nor its folder is there. */
  reveal(path: string): Promise<boolean>;
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

  /** Returns the handlers of the calls. @param client returns the client of the agent behind the windows */
  handlers(
    client: () => Pick<AppApiClient, 'call'>,
  ): Required<Pick<ShellHandlers, Extract<ShellCall, `shell.transfers.${string}`>>> {
    const { chosen, choose, chooseFolder } = this.#options;
    return {
      'shell.transfers.choose': async ({ what }) => {
        const paths = await choose(what);
        return { token: chosen.keep(paths) ?? null, count: paths.length };
      },
      'shell.transfers.send': async ({ peer, token, terminal }) => {
        const { id } = await client().call('transfers.send', {
          peer,
          paths: [...chosen.take(token)],
          ...(terminal === undefined ? {} : { terminal }),
        });
        return { id };
      },
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
      'shell.transfers.show': async ({ id }) => {
        if (!(await this.show(id, client())))
          throw new WindowFilesError('shell.nothing-to-show', 'the files are not there');
        return {};
      },
    };
  }

  /** Shows the files of a transfer in the file manager. @returns false if they aren't there */
  async show(id: string, client: Pick<AppApiClient, 'call'>): Promise<boolean> {
    const { path } = await client.call('transfers.get', { id });
    return path !== null && (await this.#options.reveal(path));
  }
}
