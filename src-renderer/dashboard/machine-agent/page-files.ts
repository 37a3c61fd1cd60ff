import { askPlace, chooseEntries, fromDropped, PagePicks } from '#browser/picks/index.ts';
import { AppApiClient, type AppTransport, type ShellHandlers } from '#shared/app-api/index.ts';
import { cleanFileName, FilesError, isOver, MOST_ROOTS } from '#shared/files/index.ts';
import { saveBlob, setFileKeeper, useApp } from '../../store/index.ts';

/** Picks of this tab, for as long as it lives. */
let picks: PagePicks | undefined;

type PageFileHandlers = Pick<
  Required<ShellHandlers>,
  'shell.transfers.choose' | 'shell.transfers.send' | 'shell.transfers.put' | 'shell.folders.get'
>;

/**
 * Returns the answers to the shell's calls about files: they are read, and written, by the agent of this browser, from what the person has picked in this page.
 * @param connect connects to that agent, past the window, which names no paths
 */
export function pageFileHandlers(connect: () => Promise<AppTransport>): PageFileHandlers {
  const here = (picks ??= new PagePicks({
    save: (name, file) => saveBlob(cleanFileName(name, 'windows', true), file),
  }));
  setFileKeeper(async (files) => here.keepEntries(await fromDropped(files)));
  const withAgent = async <Result>(work: (api: AppApiClient) => Promise<Result>): Promise<Result> => {
    const api = new AppApiClient(await connect());
    try {
      return await work(api);
    } finally {
      api.close();
    }
  };
  /** Returns the paths by which the agent knows what was picked. A token is good for one transfer. */
  const pathsOf = (token: string): string[] => {
    const names = here.take(token);
    if (names === undefined) throw new FilesError('file.page-closed', 'nothing such was picked here');
    if (names.length > MOST_ROOTS) throw new FilesError('file.too-many', 'too many files at the top');
    return names.map((_, index) => `${token}/${index}`);
  };
  return {
    'shell.transfers.choose': async ({ what }) => {
      const entries = await chooseEntries(what);
      if (entries === undefined) return { token: null, count: 0, names: [] };
      const names = entries.filter(({ path }) => path.length === 1).map(({ path }) => path[0] ?? '');
      if (names.length > MOST_ROOTS) return { token: null, count: names.length, names: [] };
      return { token: here.keepEntries(entries), count: names.length, names };
    },
    'shell.transfers.send': async ({ peer, token, terminal }) => {
      const paths = pathsOf(token);
      const into = terminal === undefined ? {} : { terminal };
      const { id } = await withAgent((api) => api.call('transfers.send', { peer, paths, ...into }));
      return { id };
    },
    'shell.transfers.put': async ({ peer, token, folder, path, mode }) => {
      const paths = pathsOf(token);
      const { id } = await withAgent((api) => api.call('folders.put', { peer, paths, folder, path, mode }));
      return { id };
    },
    'shell.folders.get': async ({ peer, folder, path, entries }) => {
      const place = await askPlace(entries);
      if (place === undefined) return { count: 0 };
      const token = here.keepPlace(place, entries.length);
      let count = 0;
      try {
        await withAgent(async (api) => {
          for (const [index, { name }] of entries.entries()) {
            await api.call('folders.get', { peer, folder, path: [...path, name], into: `${token}/${index}` });
            count += 1;
          }
        });
      } finally {
        // After a failure the others aren't begun: the place is kept for those that are.
        here.limitPlace(token, count);
      }
      return { count };
    },
  };
}

/** Reports whether files would be lost with this page: transfers are under way of what was picked here. */
export function holdsFiles(): boolean {
  return picks?.areUsed === true && (useApp.getState().transfers ?? []).some(({ state }) => !isOver(state));
}
