import { pixelsOf, readPixels, type Scanned } from './qr-reader.ts';

/** Interval between two scans of the camera's picture, ms. */
const SCAN_INTERVAL = 120;
/** Longer side of the picture that is scanned, pixels; larger pictures are scaled down. */
const LONGEST_SIDE = 960;
/** Time limit of one scan, ms. */
const DECODE_LIMIT = 60;

/** Reason why the camera shows no picture. The text key is `scan.` followed by this. */
export type CameraProblem = 'no-camera' | 'refused';

/** Options of `watchCamera`. */
export type CameraOptions = Readonly<{
  /** Element that shows the camera's picture. */
  video: HTMLVideoElement;
  /**
   * Asks the application to allow the camera (`true`), or to allow it no longer (`false`). In a browser this does nothing: the browser asks the
   * person itself.
   * @returns whether the camera is allowed
   */
  allow(on: boolean): Promise<boolean>;
  /** Turns the camera off. */
  signal: AbortSignal;
  /** Called when the picture is shown. */
  onStarted(): void;
  /** Called for each QR code that differs from the last one: with its link, or with the problem `other` for any other code. */
  onRead(read: Scanned): void;
}>;

/**
 * Reports whether this page, in the application or a browser, can ask for a camera (only in secure contexts). Doesn't tell whether there is one.
 */
export function hasCamera(): boolean {
  // `mediaDevices` exists in secure contexts only.
  return typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/**
 * Turns the camera on for `Scan`, shows its picture and scans it for a link until the signal aborts. Pictures are neither stored nor sent. The
 * camera is off when the promise resolves.
 * @returns the reason why there is no picture; undefined after an abort
 */
export async function watchCamera(options: CameraOptions): Promise<CameraProblem | undefined> {
  const { video, allow, signal, onStarted } = options;
  let stream: MediaStream | undefined;
  try {
    if (!(await allow(true))) return 'refused';
    if (signal.aborted) return undefined;
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    await allow(false);
    if (signal.aborted) return undefined;
    video.srcObject = stream;
    await video.play();
    onStarted();
    await scanFrames(options);
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    const name = error instanceof DOMException ? error.name : '';
    return name === 'NotAllowedError' || name === 'SecurityError' ? 'refused' : 'no-camera';
  } finally {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    await allow(false).catch(() => undefined);
  }
}

function scanFrames({ video, signal, onRead }: CameraOptions): Promise<void> {
  return new Promise((resolve) => {
    let lastRead = '';
    const next = (): void => {
      if (signal.aborted) return;
      const { videoWidth, videoHeight } = video;
      const read =
        videoWidth === 0 ? undefined : readPixels(pixelsOf(video, videoWidth, videoHeight, LONGEST_SIDE), DECODE_LIMIT);
      if (read !== undefined && JSON.stringify(read) !== lastRead) {
        lastRead = JSON.stringify(read);
        onRead(read);
      }
      timer = setTimeout(next, SCAN_INTERVAL);
    };
    let timer = setTimeout(next, 0);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
