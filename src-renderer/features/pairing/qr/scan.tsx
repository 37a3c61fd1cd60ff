import { Camera, ImageIcon } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { Button, FileButton, IconButton, Spinner, useDroppedImages } from '../../../ui/index.ts';
import { hasCamera, watchCamera, type CameraProblem } from './camera.ts';
import { readImage, type Scanned, type ScanProblem } from './qr-reader.ts';
import styles from './scan.module.css';

type ScanState = 'idle' | 'camera' | 'reading' | 'done' | ScanProblem | CameraProblem;

export type ScanProps = Readonly<{
  /** Receives the link that was read. The caller must only fill it into a field: no machine may be contacted before the person continues. */
  onLink(link: string): void;
  /** Button of the form, before those of the scanner. */
  children: ReactNode;
}>;

/**
 * Reads the QR code of an invitation, or of a device that waits to be added, beside the button of the joiner's form: from the camera, which the application has to allow (`shell.camera`), or from an
 * image that is chosen, or dropped or pasted anywhere in the window. Shows the camera's picture, with a button that turns it off, and the reason if
 * there is no link. Hiding the window turns the camera off, too. Images never leave the page.
 */
export function Scan({ onLink, children }: ScanProps): ReactElement {
  const [state, setState] = useState<ScanState>('idle');

  const take = (read: Scanned): void => {
    if ('problem' in read) {
      setState(read.problem);
      return;
    }
    setState('done');
    onLink(read.link);
  };
  const readFile = async (image: Blob): Promise<void> => {
    setState('reading');
    take(await readImage(image));
  };
  useDroppedImages((image) => void readFile(image));

  if (state === 'camera') {
    return (
      <CameraView
        onStop={(problem) => setState(problem ?? 'idle')}
        onRead={(read) => {
          // Another code may be next to the right one, so scanning continues.
          if ('link' in read) take(read);
        }}
      />
    );
  }
  return (
    <div className={styles['scan']}>
      <div className={styles['choices']}>
        {children}
        {hasCamera() && <IconButton label={text('scan.camera')} icon={<Camera />} onClick={() => setState('camera')} />}
        <FileButton
          variant="quiet"
          icon={<ImageIcon />}
          label={text('scan.image')}
          accept="image/*"
          onChoose={(image) => void readFile(image)}
        />
      </div>
      <p className={state === 'idle' ? 'visually-hidden' : styles['note']} role="status" data-scan={state}>
        {state === 'reading' && <Spinner label={text('ui.busy')} />}
        {state !== 'idle' && text(`scan.${state}`)}
      </p>
    </div>
  );
}

type CameraViewProps = Readonly<{ onStop(problem: CameraProblem | undefined): void; onRead(read: Scanned): void }>;

function CameraView({ onStop, onRead }: CameraViewProps): ReactElement {
  const api = useApi();
  const isApplication = useApp(({ facts }) => facts?.kind === 'desktop');
  const video = useRef<HTMLVideoElement>(null);
  const [phase, setPhase] = useState<'starting' | 'aim' | 'other'>('starting');
  const stop = useRef<HTMLButtonElement>(null);
  const handlers = useRef({ onStop, onRead });
  useEffect(() => {
    handlers.current = { onStop, onRead };
  });
  useEffect(() => stop.current?.focus(), []);
  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    const ending = new AbortController();
    void watchCamera({
      video: element,
      allow: async (on) => (isApplication ? (await api.call('shell.camera', { on })).allowed : true),
      signal: ending.signal,
      onStarted: () => setPhase('aim'),
      onRead: (read) => {
        if ('problem' in read) setPhase('other');
        handlers.current.onRead(read);
      },
    }).then((problem) => {
      if (!ending.signal.aborted) handlers.current.onStop(problem);
    });
    // Closing the dialog or hiding the window turns the camera off.
    const onHidden = (): void => {
      if (document.visibilityState === 'hidden') handlers.current.onStop(undefined);
    };
    document.addEventListener('visibilitychange', onHidden);
    return () => {
      document.removeEventListener('visibilitychange', onHidden);
      ending.abort();
    };
  }, [api, isApplication]);
  return (
    <div className={styles['scan']}>
      <video ref={video} className={styles['video']} muted playsInline aria-label={text('scan.preview')} />
      <div className={styles['choices']}>
        <p className={styles['note']} role="status" data-scan={phase}>
          {text(`scan.${phase}`)}
        </p>
        <Button ref={stop} size="small" onClick={() => onStop(undefined)}>
          {text('scan.stop')}
        </Button>
      </div>
    </div>
  );
}
