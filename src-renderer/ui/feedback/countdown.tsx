import { useEffect, useRef, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './countdown.module.css';

export type CountdownProps = Readonly<{
  /** End of the countdown, ms since 1970. */
  until: number;
  /** Called once at the end. */
  onEnd?: (() => void) | undefined;
}>;

/** Shows the remaining time as `9:41`, updated each second. Screen readers read it when the person asks for it. */
export function Countdown({ until, onEnd }: CountdownProps): ReactElement {
  const left = useSecondsLeft(until, onEnd);
  return <Timer>{left === 0 ? text('ui.countdown.over') : text('ui.countdown', { time: minutes(left) })}</Timer>;
}

/**
 * Shows the time until the next attempt, as "Next try in 0:05", and then that the attempt runs.
 * @param props.at time of the next attempt, ms since 1970
 */
export function RetryCountdown({ at }: Readonly<{ at: number }>): ReactElement {
  const left = useSecondsLeft(at);
  return <Timer>{left === 0 ? text('ui.retry.now') : text('ui.retry', { time: minutes(left) })}</Timer>;
}

function Timer({ children }: Readonly<{ children: string }>): ReactElement {
  return (
    <span role="timer" className={styles['countdown']}>
      {children}
    </span>
  );
}

/** Returns the remaining seconds, and renders again whenever they change. @param until ms since 1970 */
function useSecondsLeft(until: number, onEnd?: () => void): number {
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
      // Runs at the next change of the figure; a changed clock is noticed within a second.
      if (seconds > 0) timer = setTimeout(tick, (until - Date.now()) % 1000 || 1000);
      else ended.current?.();
    };
    tick();
    return () => clearTimeout(timer);
  }, [until]);
  return left;
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function secondsUntil(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
