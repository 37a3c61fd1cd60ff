import { Pencil } from 'lucide-react';
import { Fragment, useEffect, useRef, useState, type ReactElement } from 'react';
import { joinSentences, text } from '../../../locale/index.ts';
import { Button, ButtonKeys, Dialog, Field, TextArea, type DialogProps } from '../../../ui/index.ts';
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
 * Dialog that shows the exact text before it is pasted into a shell, with its invisible characters. Enter pastes it, Escape cancels;
 * the person can edit it first, then Ctrl+Enter pastes. Shown
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
  const [isEdited, setEdited] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isEdited) area.current?.focus();
  }, [isEdited]);
  const paste = (): void => {
    onPaste(pasted);
    onClose();
  };
  const { lines, controls, startsWithNewline } = inspectPaste(pasted);
  const findings: readonly ReactElement[] = [
    <Fragment key="lines">
      {joinSentences(
        text('terminals.paste.lines', { count: lines }),
        text(isOnePaste ? 'terminals.paste.one' : 'terminals.paste.run'),
      )}
    </Fragment>,
    ...(others > 0 ? [<strong key="others">{text('broadcast.paste', { count: others + 1 })}</strong>] : []),
    ...(controls > 0
      ? [<Fragment key="controls">{text('terminals.paste.controls', { count: controls })}</Fragment>]
      : []),
    ...(startsWithNewline && !isOnePaste ? [<Fragment key="leading">{text('terminals.paste.leading')}</Fragment>] : []),
  ];
  return (
    <Dialog
      open
      size="large"
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('terminals.paste.title')}
      actions={
        <>
          <Button aria-keyshortcuts="Escape" onClick={onClose}>
            {text('terminals.cancel')}
            <ButtonKeys keys={text('ui.key.escape')} />
          </Button>
          <Button data-autofocus="" variant="primary" aria-keyshortcuts="Enter Control+Enter" onClick={paste}>
            {text('terminals.paste.do')}
            <ButtonKeys keys={`${isEdited ? `${text('ui.key.ctrl')} ` : ''}${text('ui.key.enter')}`} />
          </Button>
        </>
      }
    >
      <Findings findings={findings} />
      <Field label={text('terminals.paste.text')}>
        <TextArea
          ref={area}
          mono
          rows={Math.min(8, Math.max(3, lines + 1))}
          wrap="off"
          readOnly={!isEdited}
          value={shown}
          onChange={setShown}
          onKeyDown={(event) => {
            // Unedited text isn't a field to type into, so Enter answers the question.
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.repeat) return;
            if (isEdited && !event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            paste();
          }}
        />
      </Field>
      {!isEdited && (
        <div className={styles['edit']}>
          <Button size="small" icon={<Pencil aria-hidden="true" />} onClick={() => setEdited(true)}>
            {text('terminals.paste.edit')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

/** Findings about the text: a list, or a paragraph if there is one. */
function Findings({ findings }: Readonly<{ findings: readonly ReactElement[] }>): ReactElement {
  if (findings.length === 1) return <p className={styles['findings']}>{findings}</p>;
  return (
    <ul className={styles['findings']}>
      {findings.map((finding) => (
        <li key={finding.key}>{finding}</li>
      ))}
    </ul>
  );
}
