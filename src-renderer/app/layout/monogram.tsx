import type { ComponentProps, ReactElement } from 'react';
import { StatusDot } from '../../ui/index.ts';
import styles from './monogram.module.css';

export type MonogramProps = Readonly<{
  /** Name of the machine. */
  name: string;
  dot: ComponentProps<typeof StatusDot>['state'];
  /** Text alternative of the dot. */
  label: string;
}>;

/** Two letters of a machine's name on a tile with its state at the corner, for the side bar of icons. The name itself has to stand beside it for screen readers. */
export function Monogram({ name, dot, label }: MonogramProps): ReactElement {
  return (
    <span className={styles['tile']}>
      <span aria-hidden="true">{lettersOf(name)}</span>
      <span className={styles['corner']}>
        <StatusDot state={dot} label={label} />
      </span>
    </span>
  );
}

/** Returns two letters or digits of a name: of its first two words, or the first two of its only word. `nas` is `NA`, `build-server` is `BS`. Pure. */
export function lettersOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}
