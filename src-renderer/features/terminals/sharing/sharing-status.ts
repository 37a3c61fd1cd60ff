import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient, TerminalViewer } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';

/** What is told of the terminal of a channel besides its bytes. */
export type TerminalNote = Readonly<{
  /** Id of the recording that is being written here. */
  recording: string | null;
  /** What is typed is in it as well. */
  keys: boolean;
  /** The device it runs on records it. */
  recorded: boolean;
  viewers: readonly TerminalViewer[];
}>;

const NOTHING: TerminalNote = { recording: null, keys: false, recorded: false, viewers: [] };
/** More than a connection has channels. */
const MOST = 512;

/** Recordings and viewers, as the agent tells them. */
export class TerminalNotes {
  readonly #notes = new Map<number, TerminalNote>();
  readonly #listeners = new Set<() => void>();
  #recorded: ReadonlySet<number> = new Set();

  constructor(api: Pick<AppApiClient, 'on'>) {
    api.on('terminal.recording', ({ channel, recording, input, code }) => {
      this.#change(channel, { recording, keys: input });
      if (code !== null)
        notify({ tone: 'warning', text: text('recordings.ended', { problem: explainCode(code, code).why }) });
    });
    api.on('terminal.viewers', ({ channel, recorded, viewers }) => this.#change(channel, { recorded, viewers }));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Channels that are recorded here. */
  readonly recorded = (): ReadonlySet<number> => this.#recorded;

  of(channel: number | undefined): TerminalNote {
    return channel === undefined ? NOTHING : (this.#notes.get(channel) ?? NOTHING);
  }

  #change(channel: number, change: Partial<TerminalNote>): void {
    if (this.#notes.size >= MOST && !this.#notes.has(channel)) return;
    this.#notes.set(channel, { ...this.of(channel), ...change });
    if (change.recording !== undefined) {
      const running = [...this.#notes].filter(([, { recording }]) => recording !== null).map(([id]) => id);
      this.#recorded = new Set(running);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const KNOWN = new WeakMap<AppApiClient, TerminalNotes>();

/** Those of this connection; listening begins with the first who asks. */
export function notesOf(api: AppApiClient): TerminalNotes {
  const notes = KNOWN.get(api) ?? new TerminalNotes(api);
  KNOWN.set(api, notes);
  return notes;
}

export function useTerminalNote(channel: number | undefined): TerminalNote {
  const api = useApi();
  const notes = useMemo(() => notesOf(api), [api]);
  return useSyncExternalStore(notes.subscribe, () => notes.of(channel));
}
