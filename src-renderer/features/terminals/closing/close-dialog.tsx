import { SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, ButtonKeys, Dialog, onConfirmKeys, quoteUntrusted, type DialogProps } from '../../../ui/index.ts';
import type { BusyPane, HowToClose } from './close-guard.ts';
import styles from './close-dialog.module.css';

/** Title of a pane, and the name of its machine, as untrusted text. */
export type PaneNames = Readonly<{ title: string; machine: string }>;

type CloseProps = Pick<DialogProps, 'onClose' | 'returnFocus'> &
  Readonly<{
    /** Panes with running programs. */
    busy: readonly BusyPane[];
    /** Panes to close, with and without running programs. */
    panes: readonly number[];
    namesOf(pane: number): PaneNames;
    /** Closes the terminals: ends them, or leaves them running. */
    onCloseTerminals(how: HowToClose): void;
  }>;

/**
 * Asks the person whether the programs of terminals that are closed end or keep running, and names them and their machines. Enter and Escape change
 * nothing; Ctrl+Enter ends them.
 */
export function CloseDialog({
  busy,
  panes,
  namesOf,
  onCloseTerminals,
  onClose,
  returnFocus,
}: CloseProps): ReactElement {
  const close = (how: HowToClose): void => {
    onClose();
    onCloseTerminals(how);
  };
  const endByKeys = onConfirmKeys(() => close('close'));
  const [one] = busy;
  const isAlone = one !== undefined && panes.length === 1;
  return (
    <Dialog
      open
      size="medium"
      title={text('terminals.closing.title', { count: panes.length })}
      description={
        isAlone
          ? text('terminals.closing.one', {
              program: quoteUntrusted(one.program),
              machine: quoteUntrusted(namesOf(one.pane).machine),
            })
          : busy.length === 0
            ? text('terminals.closing.idle')
            : text('terminals.closing.text', { count: busy.length })
      }
      onClose={onClose}
      returnFocus={returnFocus}
      actions={
        <>
          <Button data-autofocus="" aria-keyshortcuts="Escape" onClick={onClose} onKeyDown={endByKeys}>
            {text('terminals.closing.keep')}
            <ButtonKeys keys={text('ui.key.escape')} />
          </Button>
          <Button onClick={() => close('detach')} onKeyDown={endByKeys}>
            {text('terminals.more.detach')}
          </Button>
          <Button
            variant="danger"
            aria-keyshortcuts="Control+Enter"
            onClick={() => close('close')}
            onKeyDown={endByKeys}
          >
            {text('terminals.closing.do', { count: panes.length })}
            <ButtonKeys keys={`${text('ui.key.ctrl')} ${text('ui.key.enter')}`} />
          </Button>
        </>
      }
    >
      {!isAlone && (
        <ul className={styles['programs']}>
          {(busy.length > 0 ? busy : panes.map((pane) => ({ pane, program: namesOf(pane).title }))).map(
            ({ pane, program }) => (
              <li key={pane}>
                <SquareTerminal aria-hidden="true" />
                <bdi className={styles['program']}>{program}</bdi>
                <bdi className={styles['title']}>{detailOf(program, namesOf(pane))}</bdi>
              </li>
            ),
          )}
        </ul>
      )}
    </Dialog>
  );
}

/** Returns the terminal's title, unless it is the program's name, and the machine. */
function detailOf(program: string, { title, machine }: PaneNames): string {
  return [...new Set([title, machine])].filter((name) => name !== program).join(' · ');
}
