import { Pause, Play } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { CastPlayer, CastReader, PLAYER_SPEEDS } from '#shared/recording/index.ts';
import '@xterm/xterm/css/xterm.css';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { Button, classes, Dialog, ErrorNotice, Mono, Select, Spinner, browserClock } from '../../../ui/index.ts';
import { showControls } from '../clipboard/paste.ts';
import styles from './recording-player.module.css';
import viewStyles from '../screen/view-screen.module.css';
import { ViewScreen } from '../screen/view-screen.ts';

/** Interval between updates of the shown position, ms. */
const POSITION_INTERVAL = 200;
/** Longest pause that is played, seconds; the player shortens longer ones. */
const IDLE_LIMIT = 3;
/** Most typed characters shown at a time. */
const MOST_TYPED = 200;
/** Distance per press of an arrow key, seconds. */
const STEP = 5;

type PlayerState =
  | Readonly<{ kind: 'loading' }>
  | Readonly<{ kind: 'ready'; player: CastPlayer }>
  | Readonly<{ kind: 'failed'; error: unknown }>;

export type RecordingPlayerProps = Readonly<{
  /** ID of the recording at the agent. */
  id: string;
  title: string;
  onClose(): void;
}>;

/**
 * Dialog that loads a recording of a terminal from the agent and plays it. The person can pause, move the position and choose the speed. Opened from
 * the list of recordings.
 */
export function RecordingPlayer({ id, title, onClose }: RecordingPlayerProps): ReactElement {
  const api = useApi();
  // The content of a dialog is mounted a moment later.
  const [holder, setHolder] = useState<HTMLDivElement | null>(null);
  const [state, setState] = useState<PlayerState>({ kind: 'loading' });
  /** Typed input; undefined if the recording has none. */
  const [typed, setTyped] = useState<string>();
  useEffect(() => {
    if (holder === null) return undefined;
    const stop = new AbortController();
    const { settings } = useApp.getState();
    const screen = new ViewScreen(text('recordings.player', { title }), settings.terminal, () => undefined);
    holder.append(screen.element);
    let player: CastPlayer | undefined;
    load(api, id, stop.signal).then(
      (cast) => {
        if (stop.signal.aborted) return;
        if (cast.events.some(({ code }) => code === 'i')) setTyped('');
        player = new CastPlayer({
          ...cast,
          screen: {
            reset: (cols, rows) => {
              screen.reset(cols, rows);
              setTyped((before) => (before === undefined ? undefined : ''));
            },
            resize: (cols, rows) => screen.resize(cols, rows),
            write: (output) => screen.write(output),
            typed: (keys) => setTyped((before) => `${before ?? ''}${keys}`.slice(-MOST_TYPED)),
          },
          clock: browserClock,
          idleLimit: IDLE_LIMIT,
        });
        setState({ kind: 'ready', player });
        player.play();
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState({ kind: 'failed', error });
      },
    );
    return () => {
      stop.abort();
      player?.dispose();
      screen.dispose();
    };
  }, [api, id, title, holder]);
  return (
    <Dialog
      open
      size="large"
      onClose={onClose}
      title={text('recordings.player', { title })}
      actions={<Button onClick={onClose}>{text('ui.close')}</Button>}
    >
      <div className={styles['player']}>
        {state.kind === 'loading' && <Spinner label={text('recordings.loading')} />}
        {state.kind === 'failed' && <ErrorNotice error={state.error} />}
        <div ref={setHolder} className={classes(viewStyles['screen'], styles['screen'])} />
        {typed !== undefined && (
          <p className={styles['typed']}>
            <span>{text('recordings.typed')}</span>
            <Mono>{showControls(typed).replaceAll('\n', '␊')}</Mono>
          </p>
        )}
        {state.kind === 'ready' && <Controls player={state.player} />}
      </div>
    </Dialog>
  );
}

function Controls({ player }: Readonly<{ player: CastPlayer }>): ReactElement {
  const [, setTick] = useState(0);
  const [speed, setSpeed] = useState<(typeof PLAYER_SPEEDS)[number]>(1);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), POSITION_INTERVAL);
    return () => clearInterval(timer);
  }, []);
  const refresh = (): void => setTick((tick) => tick + 1);
  const label = text(player.isPlaying ? 'recordings.pause' : 'recordings.play');
  return (
    <div className={styles['controls']}>
      <Button
        icon={player.isPlaying ? <Pause /> : <Play />}
        onClick={() => {
          if (player.isPlaying) player.pause();
          else player.play();
          refresh();
        }}
      >
        {label}
      </Button>
      <label className={styles['position']}>
        <span className="visually-hidden">{text('recordings.position')}</span>
        <input
          type="range"
          min={0}
          max={Math.max(0.1, player.duration)}
          step={0.1}
          value={player.position}
          aria-valuetext={clock(player.position)}
          onChange={(event) => {
            player.seek(Number(event.target.value));
            refresh();
          }}
          onKeyDown={(event) => {
            const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            player.seek(player.position + step);
            refresh();
          }}
        />
      </label>
      <span className={styles['time']}>{`${clock(player.position)} / ${clock(player.duration)}`}</span>
      <Select
        label={text('recordings.speed')}
        hideLabel
        value={String(speed)}
        options={PLAYER_SPEEDS.map((value) => ({
          value: String(value),
          label: text('recordings.speed.value', { speed: value }),
        }))}
        onChange={(value) => {
          const next = PLAYER_SPEEDS.find((known) => String(known) === value) ?? 1;
          setSpeed(next);
          player.setSpeed(next);
        }}
      />
    </div>
  );
}

/** Formats seconds as `1:05`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * Loads a recording in pieces.
 * @throws {RecordingError} `recording.format`
 * @throws {AppApiError} if the agent can't read it
 */
async function load(api: AppApiClient, id: string, signal: AbortSignal): Promise<ReturnType<CastReader['finish']>> {
  const reader = new CastReader();
  let offset: number | null = 0;
  while (offset !== null) {
    const piece: { data: string; next: number | null } = await api.call('recordings.read', { id, offset }, { signal });
    reader.push(fromBase64Url(piece.data));
    offset = piece.next;
  }
  return reader.finish();
}
