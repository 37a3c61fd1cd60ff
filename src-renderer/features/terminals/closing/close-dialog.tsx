import { SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, type DialogProps } from '../../../ui/index.ts';
import type { BusyPane, HowToClose } from './close-guard.ts';
import styles from './close-dialog.module.css';

type CloseProps = Pick<DialogProps, 'onClose' | 'returnFocus'> &
  Readonly<{
    /** Panes with running programs. */
    busy: readonly BusyPane[];
    /** Number of terminals to close, with and without running programs. */
    count: number;
    /** Returns the title of a pane, as untrusted text. */
    titleOf(pane: number): string;
    /** Closes the terminals: ends them, or leaves them running. */
    onCloseTerminals(how: HowToClose): void;
  }>;

/** Asks the person whether the programs of terminals that are closed end or keep running, and lists them. Enter changes nothing. */
export function CloseDialog({
  busy,
  count,
  titleOf,
  onCloseTerminals,
  onClose,
  returnFocus,
}: CloseProps): ReactElement {
  const close = (how: HowToClose): void => {
    onClose();
    onCloseTerminals(how);
  };
  return (
    <Dialog
      open
      size="small"
      title={text('terminals.closing.title', { count })}
      description={
        busy.length === 0 ? text('terminals.closing.idle') : text('terminals.closing.text', { count: busy.length })
      }
      onClose={onClose}
      returnFocus={returnFocus}
      actions={
        <>
          <Button data-autofocus="" onClick={onClose}>
            {text('terminals.closing.keep')}
          </Button>
          <Button onClick={() => close('detach')}>{text('terminals.more.detach')}</Button>
          <Button variant="danger" onClick={() => close('close')}>
            {text('terminals.more.close')}
          </Button>
        </>
      }
    >
      {busy.length > 0 && (
        <ul className={styles['programs']}>
          {busy.map(({ pane, program }) => (
            <li key={pane}>
              <SquareTerminal aria-hidden="true" />
              <bdi className={styles['program']}>{program}</bdi>
              {titleOf(pane) !== program && <bdi className={styles['title']}>{titleOf(pane)}</bdi>}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
