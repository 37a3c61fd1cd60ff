import { Fragment, type ReactElement } from 'react';
import styles from './key-caps.module.css';

/** Keys of a shortcut as caps: `Ctrl K` and `Ctrl+K` are two caps, `⌘K` is one. A list has one cap for each entry. Hidden from screen readers where `aria-keyshortcuts` says the same. */
export function KeyCaps({
  keys,
  hidden = false,
}: Readonly<{ keys: string | readonly string[]; hidden?: boolean }>): ReactElement {
  return (
    <span className={styles['keys']} aria-hidden={hidden || undefined}>
      {(typeof keys === 'string' ? keys.split(BETWEEN).filter((key) => key !== '') : keys).map((key) => (
        <Fragment key={key}>
          <kbd className={styles['key']}>{key}</kbd>{' '}
        </Fragment>
      ))}
    </span>
  );
}

/** Space or plus sign between two keys; the last plus sign of `Ctrl++` is a key. */
const BETWEEN = / |(?<=[^ +])\+(?=[^ ])/u;
