import { SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { ConfirmDialog, type DialogProps } from '../../../ui/index.ts';
import type { BusyPane } from './close-guard.ts';
import styles from './close-dialog.module.css';

type CloseProps = Pick<DialogProps, 'onClose' | 'returnFocus'> &
  Readonly<{
    /** Panes with running programs. */
    busy: readonly BusyPane[];
    /** Number of terminals to close, with and without running programs. */
    count: number;
    /** Returns the title of a pane, as untrusted text. */
    titleOf(pane: number): string;
    onCloseTerminals(): void;
  }>;

/** Asks the person to confirm that terminals are closed, and lists the running programs that end with them. */
export function CloseDialog({
  busy,
  count,
  titleOf,
  onCloseTerminals,
  onClose,
  returnFocus,
}: CloseProps): ReactElement {
  return (
    <ConfirmDialog
      size="small"
      title={text('terminals.closing.title', { count })}
      description={text('terminals.closing.text', { count: busy.length })}
      keep={text('terminals.closing.keep')}
      apply={text('terminals.close')}
      onApply={() => {
        onClose();
        onCloseTerminals();
      }}
      onClose={onClose}
      returnFocus={returnFocus}
    >
      <ul className={styles['programs']}>
        {busy.map(({ pane, program }) => (
          <li key={pane}>
            <SquareTerminal aria-hidden="true" />
            <bdi className={styles['program']}>{program}</bdi>
            <bdi className={styles['title']}>{titleOf(pane)}</bdi>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
