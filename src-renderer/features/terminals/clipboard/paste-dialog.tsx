import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, Field, TextArea, type DialogProps } from '../../../ui/index.ts';
import { inspectPaste, showControls, withControls, withoutBrackets } from './paste.ts';
import styles from '../terminals.module.css';

type PasteProps = Readonly<{
  /** Text to paste. */
  text: string;
  /** The programs receive the text as one paste, so that a shell runs none of it before Enter. */
  isOnePaste?: boolean;
  /** Number of other terminals that receive the paste. */
  others?: number;
  /** Receives the text as the person has left it. */
  onPaste(text: string): void;
  onClose(): void;
  returnFocus?: DialogProps['returnFocus'];
}>;

/**
 * Dialog that shows the exact text before it is pasted into a shell, with its invisible characters. The person can edit it, paste it or cancel. Shown
 * for texts that `needsReview` reports, unless the settings turn this off.
 */
export function PasteDialog({
  text: pasting,
  isOnePaste = false,
  others = 0,
  onPaste,
  onClose,
  returnFocus,
}: PasteProps): ReactElement {
  const [given] = useState(() => pasting.replaceAll(/\r\n?/gu, '\n'));
  const [shown, setShown] = useState(() => showControls(given));
  // Unedited text is pasted as it came, so that its own symbols aren't converted.
  const pasted = shown === showControls(given) ? given : withoutBrackets(withControls(shown));
  const { lines, controls, startsWithNewline } = inspectPaste(pasted);
  return (
    <Dialog
      open
      size="large"
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('terminals.paste.title')}
      actions={
        <>
          <Button onClick={onClose}>{text('terminals.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => {
              onPaste(pasted);
              onClose();
            }}
          >
            {text('terminals.paste.do')}
          </Button>
        </>
      }
    >
      <ul className={styles['findings']}>
        <li>
          {text('terminals.paste.lines', { count: lines })}.{' '}
          {text(isOnePaste ? 'terminals.paste.one' : 'terminals.paste.run')}
        </li>
        {others > 0 && (
          <li>
            <strong>{text('broadcast.paste', { count: others + 1 })}</strong>
          </li>
        )}
        {controls > 0 && <li>{text('terminals.paste.controls', { count: controls })}</li>}
        {startsWithNewline && !isOnePaste && <li>{text('terminals.paste.leading')}</li>}
      </ul>
      <Field label={text('terminals.paste.text')}>
        <TextArea mono rows={8} wrap="off" value={shown} onChange={setShown} />
      </Field>
    </Dialog>
  );
}
