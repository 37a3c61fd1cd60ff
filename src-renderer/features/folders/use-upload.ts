import { useState } from 'react';
import type { AppApiClient, PeerView, TransferView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { cleanFileName, MOST_ROOTS, nameKey, type PutMode } from '#shared/files/index.ts';
import { explain, explainCode, joinSentences, text } from '../../locale/index.ts';
import { keepFiles, markUsed, navigate, notify, useApi } from '../../store/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';
import { contentsText, tellTooMany, useTransferEnd } from '../transfers/index.ts';

/** Most names for which the machine is asked one by one whether it has them. For more, the folder is listed. */
const MOST_ASKED = 32;

/** Folder of a peer that is shown. */
export type ShownFolder = Readonly<{
  peer: PeerView;
  /** Name of the shared folder, and names below it. */
  folder: string;
  path: readonly string[];
  /** Contents as far as they have come. */
  entries: readonly Readonly<{ name: string }>[];
}>;

/** Files that wait for an answer, since something in the folder has the names of some. */
type Waiting = Readonly<{ token: string; place: ShownFolder; taken: readonly string[] }>;

/** Copies of files into the folder that is shown. Nothing rejects: what fails is told in a toast. */
export type Upload = Readonly<{
  /** True from the choice of files until their transfer has begun. */
  isBusy: boolean;
  /** Names that are taken, while a person is asked; undefined otherwise. */
  taken: readonly string[] | undefined;
  /** Lets the person choose files or folders. */
  choose(what: 'files' | 'folder'): void;
  /** Takes files that were dropped. */
  drop(files: readonly File[]): void;
  /** Answers the question about names that are taken. Undefined: nothing is copied. */
  answer(mode: PutMode | undefined): void;
}>;

/** Copies files of this machine into a folder of a peer. @param onEnd called when a copy has ended */
export function useUpload(place: ShownFolder, onEnd: () => void): Upload {
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState<Waiting>();
  const awaitEnd = useTransferEnd((transfer) => {
    tellEnd(transfer);
    onEnd();
  });
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notify({ tone: 'bad', text: explain(error).what });
    }
    setBusy(false);
  };
  const put = async (token: string, { peer, folder, path }: ShownFolder, mode: PutMode): Promise<void> => {
    markUsed(peer.peerId);
    const { id } = await api.call('shell.transfers.put', { peer: peer.peerId, token, folder, path: [...path], mode });
    const name = quoteUntrusted(peer.name);
    notify({
      tone: 'good',
      text: peer.online
        ? text('folders.put.begun', { folder: quoteUntrusted(path.at(-1) ?? folder), name })
        : text('transfers.queued.offline', { name }),
      action: SHOW_TRANSFERS(),
    });
    awaitEnd(id);
  };
  const putUnlessTaken = async (token: string, names: readonly string[]): Promise<void> => {
    const taken = await takenNames(api, place, names);
    if (taken.length === 0) await put(token, place, 'new');
    else setWaiting({ token, place, taken });
  };
  return {
    isBusy,
    taken: waiting?.taken,
    choose: (what) =>
      void attempt(async () => {
        const { token, count, names } = await api.call('shell.transfers.choose', { what });
        if (token !== null) await putUnlessTaken(token, names);
        else if (count > 0) tellTooMany();
      }),
    drop: (files) =>
      void attempt(async () => {
        if (files.length === 0) return;
        if (files.length > MOST_ROOTS) return tellTooMany();
        const token = await keepFiles(files);
        if (token === undefined) notify({ tone: 'bad', text: text('transfers.drop.failed') });
        else
          await putUnlessTaken(
            token,
            files.map(({ name }) => name),
          );
      }),
    answer: (mode) => {
      setWaiting(undefined);
      if (waiting !== undefined && mode !== undefined) void attempt(() => put(waiting.token, waiting.place, mode));
    },
  };
}

const SHOW_TRANSFERS = (): Readonly<{ label: string; run(): void }> => ({
  label: text('folders.copied.show'),
  run: () => navigate({ page: 'transfers' }),
});

/** Returns those of the names that something in the folder has. Rejects if the machine can't be asked. */
async function takenNames(api: AppApiClient, place: ShownFolder, names: readonly string[]): Promise<readonly string[]> {
  const { peer, entries } = place;
  const rules = peer.system === 'windows' || peer.system === 'macos' ? peer.system : 'posix';
  const keyOf = (name: string): string => nameKey(name, rules !== 'posix');
  const listed = names.length > MOST_ASKED ? await listNames(api, place) : entries.map(({ name }) => name);
  const known = new Set(listed.map(keyOf));
  const isTaken = async (name: string): Promise<boolean> => {
    // The machine cleans the names of what it receives.
    const there = cleanFileName(name, rules, true);
    if (known.has(keyOf(there)) || names.length > MOST_ASKED) return known.has(keyOf(there));
    try {
      await api.call('folders.stat', placeOf(place, there));
      return true;
    } catch (error) {
      if (errorCode(error) === 'file.missing') return false;
      throw error;
    }
  };
  const answers = await Promise.all(names.map(isTaken));
  return names.filter((_, index) => answers[index]);
}

/** Returns the names of all that is in the folder, in parts as the machine lists it. */
async function listNames(api: AppApiClient, place: ShownFolder): Promise<readonly string[]> {
  const found: string[] = [];
  for (;;) {
    const after = found.at(-1);
    // eslint-disable-next-line no-await-in-loop -- each part begins after the one before
    const { entries, more } = await api.call('folders.list', {
      ...placeOf(place),
      ...(after === undefined ? {} : { after }),
    });
    found.push(...entries.map(({ name }) => name));
    if (!more || entries.length === 0) return found;
  }
}

function placeOf(
  { peer, folder, path }: ShownFolder,
  ...below: readonly string[]
): Readonly<{ peer: string; folder: string; path: string[] }> {
  return { peer: peer.peerId, folder, path: [...path, ...below] };
}

/** Says why a copy isn't there. The listing shows one that is. */
function tellEnd(transfer: TransferView): void {
  const { state, code } = transfer;
  if (state === 'done' || state === 'cancelled') return;
  const name = contentsText(transfer);
  const failure = text(state === 'partly' ? 'folders.put.partly' : 'folders.put.failed', { name });
  notify({
    tone: 'bad',
    text: code === null ? failure : joinSentences(failure, explainCode(code, code).what),
    action: SHOW_TRANSFERS(),
  });
}
