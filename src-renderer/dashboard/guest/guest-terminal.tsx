import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import {
  encodeKey,
  isTouchScreen,
  leaveByKeys,
  NONE_HELD,
  singleLeaveKeys,
  ViewScreen,
  withModifiers,
  type HeldModifiers,
  type TouchKey,
} from '../../features/terminals/index.ts';
import { text } from '../../locale/index.ts';
import { Button, Chip, classes, formatMoment, quoteUntrusted, useNow } from '../../ui/index.ts';
import type { Feed } from './guest-page.tsx';
import styles from './guest.module.css';
import type { VisitState } from './visit.ts';

/** Font to which the terminal grows on a wide screen, CSS pixels. */
const LARGEST_FONT = 24;
/** Font to which the terminal shrinks, CSS pixels: beyond it, what doesn't fit is reached by scrolling. A phone is closer to the eye. */
const SMALLEST_FONT = 9;
const SMALLEST_TOUCH_FONT = 11;

export type GuestTerminalProps = Readonly<{
  entered: Extract<VisitState, { kind: 'in' }>;
  /** The connection is made again. */
  isLost: boolean;
  feed: Feed;
  /** Version of the page, below. */
  foot?: ReactNode;
  onType(bytes: Uint8Array): void;
  onLeave(): void;
}>;

/** Terminal of a share link, in its own size; a row of keys helps guests that type on a phone. */
export function GuestTerminal({ entered, isLost, feed, foot, onType, onLeave }: GuestTerminalProps): ReactElement {
  const now = useNow(60_000);
  const [holder, setHolder] = useState<HTMLDivElement | null>(null);
  const [screen, setScreen] = useState<ViewScreen>();
  const [held, setHeld] = useState(NONE_HELD);
  const holding = useRef(NONE_HELD);
  const { role, host, until } = entered;
  const title = text('guest.shared-by', { host: quoteUntrusted(host) });
  useEffect(() => {
    holding.current = held;
  }, [held]);
  useEffect(() => {
    if (holder === null) return undefined;
    const type = (typed: string): void => {
      onType(toUtf8(withModifiers(typed, holding.current)));
      setHeld(NONE_HELD);
    };
    const shown = new ViewScreen(
      title,
      DEFAULT_WINDOW_SETTINGS.terminal,
      () => undefined,
      role === 'type' ? type : undefined,
      { smallest: isTouchScreen() ? SMALLEST_TOUCH_FONT : SMALLEST_FONT, largest: LARGEST_FONT },
    );
    holder.append(shown.element);
    // The guest who may type does so at once; a cursor is drawn from the first focus on.
    if (role === 'type') shown.focus();
    feed.to((event) => {
      // In order with the output: the size and an empty screen are written, too.
      if (event.type === 'screen') shown.write(`\u001Bc\u001B[8;${event.rows};${event.cols}t`);
      else if (event.type === 'output') shown.write(event.bytes);
    });
    setScreen(shown);
    return () => {
      feed.to(undefined);
      shown.dispose();
      setScreen(undefined);
    };
    // A new screen would be empty: role and title don't change during a visit.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [holder, feed]);
  const press = (key: TouchKey): void => {
    onType(toUtf8(encodeKey(key, held, screen?.applicationCursorKeys === true)));
    setHeld(NONE_HELD);
    screen?.focus();
  };
  return (
    <div className={styles['visit']}>
      <header className={styles['bar']} data-beside-terminal="">
        <strong className={styles['host']}>{title}</strong>
        <div className={styles['facts']}>
          <Chip tone={role === 'type' ? 'info' : 'neutral'}>{text(role === 'type' ? 'guest.type' : 'guest.view')}</Chip>
          {isLost && <Chip tone="warning">{text('guest.lost')}</Chip>}
          <span className={styles['until']}>{text('guest.until', { time: formatMoment(until, now) })}</span>
        </div>
        <Button size="small" onClick={onLeave}>
          {text('guest.leave')}
        </Button>
      </header>
      <div ref={setHolder} className={styles['screen']} onKeyDownCapture={leaveByKeys} />
      {role === 'type' && <KeyRow held={held} setHeld={setHeld} press={press} />}
      {role === 'type' && <p className={styles['leave']}>{text('guest.leave.keys', { keys: singleLeaveKeys() })}</p>}
      <p className={styles['honest']}>
        {text('guest.honest')} {foot}
      </p>
    </div>
  );
}

type KeyRowProps = Readonly<{
  held: HeldModifiers;
  setHeld(held: HeldModifiers): void;
  press(key: TouchKey): void;
}>;

/** Keys that an on-screen keyboard lacks. Ctrl is held for the next key. */
function KeyRow({ held, setHeld, press }: KeyRowProps): ReactElement {
  const key = (name: KeyName, touch: TouchKey, sign?: ReactNode): ReactElement => (
    <KeyButton label={text(`guest.key.${name}`)} onPress={() => press(touch)}>
      {sign ?? text(`guest.key.${name}`)}
    </KeyButton>
  );
  return (
    <div role="toolbar" aria-label={text('guest.keys')} className={styles['keys']}>
      {key('escape', { text: '\u001B' })}
      {key('tab', { text: '\t' })}
      <KeyButton
        label={text('guest.key.ctrl')}
        pressed={held.ctrl}
        onPress={() => setHeld({ ...held, ctrl: !held.ctrl })}
      >
        {text('guest.key.ctrl')}
      </KeyButton>
      {key('left', { arrow: 'D' }, <ArrowLeft aria-hidden="true" />)}
      {key('down', { arrow: 'B' }, <ArrowDown aria-hidden="true" />)}
      {key('up', { arrow: 'A' }, <ArrowUp aria-hidden="true" />)}
      {key('right', { arrow: 'C' }, <ArrowRight aria-hidden="true" />)}
    </div>
  );
}

type KeyName = 'escape' | 'tab' | 'left' | 'down' | 'up' | 'right';

type KeyButtonProps = Readonly<{ label: string; pressed?: boolean; onPress(): void; children: ReactNode }>;

function KeyButton({ label, pressed, onPress, children }: KeyButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      className={classes(styles['key'], pressed === true && styles['held'])}
      // Without the focus on the terminal, the on-screen keyboard would close.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
