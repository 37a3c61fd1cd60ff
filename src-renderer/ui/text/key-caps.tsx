import { Fragment, type ReactElement } from 'react';
import styles from './key-caps.module.css';

/** Keys of a shortcut as caps: `Ctrl K` is two caps. Hidden from screen readers where `aria-keyshortcuts` says the same. */
export function KeyCaps({ keys, hidden = false }: Readonly<{ keys: string; hidden?: boolean }>): ReactElement {
  return (
    <span className={styles['keys']} aria-hidden={hidden || undefined}>
      {keys
        .split(' ')
        .filter((key) => key !== '')
        .map((key) => (
          <Fragment key={key}>
            <kbd className={styles['key']}>{key}</kbd>{' '}
          </Fragment>
        ))}
    </span>
  );
}
