import { Download } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall, useSaveText } from '../../../store/index.ts';
import { Button, CopyButton, Dialog, ErrorNotice, Field, Spinner, TextArea } from '../../../ui/index.ts';
import styles from './ini-dialog.module.css';

const FILE = 'clawreach-forwards.ini';

/** Shows all forwards as INI text without passwords, which the agent builds. The person can copy the text to the clipboard or save it as a file. */
export function ExportDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { run, error, reset } = useCall('forwards.export');
  const file = useSaveText();
  const hasPasswords = useApp((state) => state.forwards.some(({ hasPassword }) => hasPassword));
  const [answer, setAnswer] = useState<CallOutput<'forwards.export'>>();
  useEffect(() => {
    void run({}).then(setAnswer);
  }, [run]);

  const save = async (): Promise<void> => {
    if (answer === undefined) return;
    await file.save({ name: FILE, text: answer.text, saved: text('forwards.export.saved') });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('forwards.export.title')}
      description={text('forwards.export.text')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.close')}</Button>
          {answer !== undefined && (
            <CopyButton size="medium" value={answer.text} label={text('forwards.export.copy')} />
          )}
          <Button
            variant="primary"
            icon={<Download aria-hidden="true" />}
            busy={file.busy}
            disabled={answer === undefined}
            onClick={() => void save()}
          >
            {text('forwards.export.save')}
          </Button>
        </>
      }
    >
      <div className={styles['body']}>
        {answer === undefined && error === undefined && <Spinner label={text('forwards.export.loading')} />}
        {answer !== undefined && (
          <Field label={text('forwards.export.ini')}>
            <TextArea mono readOnly rows={12} value={answer.text} onChange={ignore} className={styles['ini']} />
          </Field>
        )}
        {hasPasswords && <p className={styles['note']}>{text('forwards.export.passwords')}</p>}
        {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
        {file.error !== undefined && <ErrorNotice error={file.error} onDismiss={file.reset} />}
      </div>
    </Dialog>
  );
}

function ignore(): void {
  // The text is read-only.
}
