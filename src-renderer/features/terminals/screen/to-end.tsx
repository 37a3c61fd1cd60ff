import { ArrowDown } from 'lucide-react';
import { useSyncExternalStore, type ReactElement } from 'react';
import { buttonShortcut } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, Hint } from '../../../ui/index.ts';
import type { ScrollEnd } from './scroll-end.ts';
import styles from '../terminals.module.css';

/** `onPress`: scrolls to the end. */
export type ToEndProps = Readonly<{ end: ScrollEnd; onPress(): void }>;

/** Button over a terminal that is scrolled up, which leads to the end and says that there is new output. */
export function ToEnd({ end, onPress }: ToEndProps): ReactElement | null {
  const position = useSyncExternalStore(end.subscribe, end.position);
  if (position === 'end') return null;
  const label = text('keys.terminal.scroll-bottom');
  const { keys, ...shortcut } = buttonShortcut('terminal.scroll-bottom');
  return (
    <div className={styles['to-end']} data-to-end={position}>
      <Button
        {...shortcut}
        size="small"
        icon={<ArrowDown aria-hidden="true" />}
        hint={<Hint label={label} keys={keys} />}
        aria-label={position === 'above' ? label : undefined}
        onClick={onPress}
      >
        {position === 'above' ? undefined : text('terminals.new-output')}
      </Button>
    </div>
  );
}
