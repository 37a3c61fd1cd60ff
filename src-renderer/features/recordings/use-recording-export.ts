import { useState } from 'react';
import type { RecordingView } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { withoutInput } from '#shared/recording/index.ts';
import { text } from '../../locale/index.ts';
import { download, notify, useApi, useApp } from '../../store/index.ts';

/** Longest text of one message to the application, characters. */
const PIECE = 200_000;

export type RecordingExport = Readonly<{
  /** Exports a recording. With `without: 'input'`, typed input is left out. */
  run(recording: RecordingView, without?: 'input'): void;
  /** ID of the recording that is being exported; undefined without one. */
  busy: string | undefined;
  /** Error of the last export; undefined without one. */
  error: unknown;
  /** Clears the error. */
  reset(): void;
}>;

/**
 * Saves a recording as an asciicast file. The hook reads it from the agent in pieces (`recordings.read`); the application asks where to save it, a
 * browser downloads the file.
 */
export function useRecordingExport(): RecordingExport {
  const api = useApi();
  const isDesktop = useApp((state) => state.facts?.kind === 'desktop');
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<unknown>();

  const write = async ({ id }: RecordingView, without?: 'input'): Promise<void> => {
    const decoder = new TextDecoder();
    const parts: string[] = [];
    let offset: number | null = 0;
    while (offset !== null) {
      const piece: { data: string; next: number | null } = await api.call('recordings.read', { id, offset });
      parts.push(decoder.decode(fromBase64Url(piece.data), { stream: true }));
      offset = piece.next;
    }
    const name = `${id}.cast`;
    const whole = without === 'input' ? [withoutInput(parts.join(''))] : parts;
    if (!isDesktop) {
      download(name, whole, 'application/x-asciicast');
      return;
    }
    let isFirst = true;
    for (const part of split(whole.join(''))) {
      const { saved } = await api.call('shell.saveText', { name, text: part, ...(isFirst ? {} : { append: true }) });
      if (!saved) return;
      isFirst = false;
    }
    notify({ tone: 'good', text: text('recordings.exported') });
  };

  return {
    run: (recording, without) => {
      setBusy(recording.id);
      setError(undefined);
      write(recording, without)
        .catch((problem: unknown) => setError(problem))
        .finally(() => setBusy(undefined));
    },
    busy,
    error,
    reset: () => setError(undefined),
  };
}

function split(whole: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < whole.length; at += PIECE) parts.push(whole.slice(at, at + PIECE));
  return parts;
}
