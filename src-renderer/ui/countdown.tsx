import { useEffect, useRef, useState, type ReactElement } from 'react';
import { text } from '../i18n/index.ts';
import styles from './small.module.css';

export type CountdownProps = Readonly<{
  /** Milliseconds since 1970. */
  until: number;
  /** Called once, when the time has come. */
  onEnd?: (() => void) | undefined;
}>;

/** What is left until then, as `9:41`. Read aloud when asked, not every second. */
export function Countdown({ until, onEnd }: CountdownProps): ReactElement {
  const [left, setLeft] = useState(() => secondsUntil(until));
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = (): void => {
      const seconds = secondsUntil(until);
      setLeft(seconds);
      // At the next change of the figure; a clock that was set is noticed within a second.
      if (seconds > 0) timer = setTimeout(tick, (until - Date.now()) % 1000 || 1000);
      else ended.current?.();
    };
    tick();
    return () => clearTimeout(timer);
  }, [until]);
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return (
    <span role="timer" className={styles['countdown']}>
      {left === 0 ? text('ui.countdown.over') : text('ui.countdown', { time })}
    </span>
  );
}

function secondsUntil(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
