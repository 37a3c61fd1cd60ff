import { Download, Play, Trash2, Video } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useState, type ReactElement } from 'react';
import type { CallOutput, RecordingView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApi, useCall } from '../../store/index.ts';
import {
  Banner,
  Button,
  Chip,
  ConfirmDialog,
  Dialog,
  EmptyState,
  ErrorNotice,
  IconButton,
  PageList,
  RowSkeleton,
  formatMoment,
  quoteUntrusted,
  showHidden,
  useNow,
  formatBytes,
} from '../../ui/index.ts';
import { RecordingSettingsView } from './recording-settings.tsx';
import styles from './recordings.module.css';
import { playTimeText } from './play-time.ts';
import { useRecordingExport, type RecordingExport } from './use-recording-export.ts';

/** Player of recordings, loaded on demand: the terminal's code is larger than all other code of the window. */
const RecordingPlayer = lazy(async () => ({ default: (await import('../terminals/index.ts')).RecordingPlayer }));

/**
 * Lists the recordings of terminals, which the agent stores, each with buttons to play, export and delete it, and the settings of automatic
 * recording. Second tab of the history page.
 */
export function RecordingsList(): ReactElement {
  const api = useApi();
  const { run, error } = useCall('recordings.list');
  const [answer, setAnswer] = useState<CallOutput<'recordings.list'>>();
  const [played, setPlayed] = useState<RecordingView>();
  /** Recording with typed input that is about to be exported. */
  const [leaving, setLeaving] = useState<RecordingView>();
  const [doomed, setDoomed] = useState<RecordingView>();
  const exporting = useRecordingExport();
  const load = useCallback((): void => {
    void run({}).then((given) => {
      if (given !== undefined) setAnswer(given);
    });
  }, [run]);
  useEffect(() => {
    load();
    return api.on('recordings.changed', load);
  }, [api, load]);
  return (
    <section className={styles['section']} aria-label={text('recordings.title')}>
      <p className={styles['description']}>{text('recordings.description')}</p>
      {error !== undefined && <ErrorNotice error={error} />}
      {exporting.error !== undefined && <ErrorNotice error={exporting.error} onDismiss={exporting.reset} />}
      {answer === undefined && error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {answer !== undefined && answer.recordings.length === 0 && (
        <EmptyState icon={<Video />} title={text('recordings.none')}>
          {text('recordings.none.text')}
        </EmptyState>
      )}
      {answer !== undefined && answer.recordings.length > 0 && (
        <>
          <PageList label={text('recordings.title')}>
            {answer.recordings.map((recording) => (
              <Row
                key={recording.id}
                recording={recording}
                isBusy={exporting.busy === recording.id}
                onPlay={() => setPlayed(recording)}
                onExport={() => (recording.input ? setLeaving(recording) : exporting.run(recording))}
                onDelete={() => setDoomed(recording)}
              />
            ))}
          </PageList>
          <p className={styles['used']}>
            {text('recordings.used', { used: formatBytes(answer.used), limit: formatBytes(answer.limit) })}
          </p>
        </>
      )}
      <RecordingSettingsView />
      {played !== undefined && (
        <Suspense>
          <RecordingPlayer id={played.id} title={titleOf(played)} onClose={() => setPlayed(undefined)} />
        </Suspense>
      )}
      {leaving !== undefined && (
        <ExportDialog recording={leaving} exporting={exporting} onClose={() => setLeaving(undefined)} />
      )}
      {doomed !== undefined && <DeleteDialog recording={doomed} onClose={() => setDoomed(undefined)} />}
    </section>
  );
}

function Row({
  recording,
  isBusy,
  onPlay,
  onExport,
  onDelete,
}: Readonly<{
  recording: RecordingView;
  isBusy: boolean;
  onPlay(): void;
  onExport(): void;
  onDelete(): void;
}>): ReactElement {
  const now = useNow();
  const { startedAt, duration, bytes, running, input, peerName, side } = recording;
  const title = titleOf(recording);
  return (
    <li className={styles['row']}>
      <div className={styles['words']}>
        <bdi className={styles['title']}>{showHidden(recording.title || peerName)}</bdi>
        <span className={styles['facts']}>
          {[
            side === 'target' ? text('recordings.here', { name: quoteUntrusted(peerName) }) : quoteUntrusted(peerName),
            formatMoment(startedAt, now),
            playTimeText(duration),
            formatBytes(bytes),
          ].join(' · ')}
        </span>
      </div>
      <div className={styles['actions']}>
        {input && (
          <Chip tone="warning" title={text('recordings.with-keys.text')}>
            {text('recordings.with-keys')}
          </Chip>
        )}
        {running && <Chip tone="bad">{text('recordings.is-running')}</Chip>}
        <IconButton label={text('recordings.play.what', { title })} icon={<Play />} onClick={onPlay} />
        <IconButton
          label={text('recordings.export.what', { title })}
          icon={<Download />}
          busy={isBusy}
          onClick={onExport}
        />
        <IconButton
          label={text('recordings.delete.what', { title })}
          icon={<Trash2 />}
          disabled={running}
          onClick={onDelete}
        />
      </div>
    </li>
  );
}

/** Asks whether to export a recording with or without the typed input, which may contain passwords. */
function ExportDialog({
  recording,
  exporting,
  onClose,
}: Readonly<{ recording: RecordingView; exporting: RecordingExport; onClose(): void }>): ReactElement {
  const save = (without?: 'input'): void => {
    exporting.run(recording, without);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('recordings.export.keys.title')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button variant="danger" onClick={() => save()}>
            {text('recordings.export.keys.with')}
          </Button>
          <Button variant="primary" onClick={() => save('input')}>
            {text('recordings.export.keys.without')}
          </Button>
        </>
      }
    >
      <Banner tone="warning">{text('recordings.export.keys.text')}</Banner>
    </Dialog>
  );
}

function DeleteDialog({ recording, onClose }: Readonly<{ recording: RecordingView; onClose(): void }>): ReactElement {
  const deletion = useCall('recordings.delete', { outlives: true });
  const remove = async (): Promise<void> => {
    if ((await deletion.run({ id: recording.id })) !== undefined) onClose();
  };
  return (
    <ConfirmDialog
      size="small"
      onClose={onClose}
      title={text('recordings.delete.title')}
      description={`${titleOf(recording)} · ${text('recordings.delete.text')}`}
      apply={text('recordings.delete')}
      call={deletion}
      onApply={() => void remove()}
    />
  );
}

function titleOf({ title, peerName }: RecordingView): string {
  return quoteUntrusted(title || peerName);
}
