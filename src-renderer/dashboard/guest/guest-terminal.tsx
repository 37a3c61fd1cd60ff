import { MoveHorizontal } from 'lucide-react';
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
  type TouchKey,
} from '../../features/terminals/index.ts';
import { text } from '../../locale/index.ts';
import { Button, Chip, formatMoment, quoteUntrusted, useNow } from '../../ui/index.ts';
import { GuestKeys } from './guest-keys.tsx';
import type { Feed } from './guest-page.tsx';
import styles from './guest.module.css';
import { useHiddenSides } from './hidden-sides.ts';
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

/**
 * Terminal of a share link, in its own size. Where it doesn't fit in letters that can be read, it scrolls, and the page says so and offers all of it in smaller
 * ones. A row of keys helps guests that type on a phone.
 */
export function GuestTerminal({ entered, isLost, feed, foot, onType, onLeave }: GuestTerminalProps): ReactElement {
  const now = useNow(60_000);
  const [holder, setHolder] = useState<HTMLDivElement | null>(null);
  const [screen, setScreen] = useState<ViewScreen>();
  const [cols, setCols] = useState(0);
  const [isWhole, setIsWhole] = useState(false);
  const hidden = useHiddenSides(screen?.element);
  const isBeyond = Object.keys(hidden).length > 0;
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
    const shown = new ViewScreen(title, DEFAULT_WINDOW_SETTINGS.terminal, setCols, role === 'type' ? type : undefined, {
      smallest: smallestFont(),
      largest: LARGEST_FONT,
    });
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
  const fit = (whole: boolean): void => {
    setIsWhole(whole);
    screen?.shrinkTo(whole ? undefined : smallestFont());
  };
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
      {(isBeyond || isWhole) && (
        <div className={styles['beyond']} data-beside-terminal="">
          <MoveHorizontal aria-hidden="true" />
          <span>{text(isWhole ? 'guest.whole' : 'guest.beyond', { cols })}</span>
          <Button size="small" onClick={() => fit(!isWhole)}>
            {text(isWhole ? 'guest.beyond.readable' : 'guest.beyond.whole')}
          </Button>
        </div>
      )}
      <div ref={setHolder} className={styles['screen']} onKeyDownCapture={leaveByKeys} {...hidden} />
      {role === 'type' && <GuestKeys held={held} setHeld={setHeld} press={press} />}
      {role === 'type' && <p className={styles['leave']}>{text('guest.leave.keys', { keys: singleLeaveKeys() })}</p>}
      <p className={styles['honest']}>
        {text('guest.honest')} {foot}
      </p>
    </div>
  );
}

function smallestFont(): number {
  return isTouchScreen() ? SMALLEST_TOUCH_FONT : SMALLEST_FONT;
}
