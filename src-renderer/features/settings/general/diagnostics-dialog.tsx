import { Download } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useCall, useSaveText } from '../../../store/index.ts';
import { Button, CopyButton, Dialog, ErrorNotice, Field, Spinner, TextArea } from '../../../ui/index.ts';

/**
 * Dialog that shows the agent's diagnostics report (`diagnostics.get`), so that a person reads the report before a button copies it to the clipboard
 * or saves it as a file.
 */
export function DiagnosticsDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { run, error, reset } = useCall('diagnostics.get');
  const file = useSaveText();
  const [report, setReport] = useState<string>();
  useEffect(() => {
    void run({}).then((answer) => setReport(answer?.text));
  }, [run]);

  const save = async (): Promise<void> => {
    if (report === undefined) return;
    const name = `clawreach-diagnostics-${new Date().toISOString().slice(0, 10)}.txt`;
    await file.save({ name, text: report, saved: text('settings.diagnostics.saved') });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('settings.diagnostics.title')}
      description={text('settings.diagnostics.read')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.close')}</Button>
          {report !== undefined && (
            <CopyButton size="medium" value={report} label={text('settings.diagnostics.copy')} />
          )}
          <Button
            variant="primary"
            icon={<Download aria-hidden="true" />}
            busy={file.busy}
            disabled={report === undefined}
            onClick={() => void save()}
          >
            {text('settings.diagnostics.save')}
          </Button>
        </>
      }
    >
      {report === undefined && error === undefined && <Spinner label={text('settings.diagnostics.loading')} />}
      {report !== undefined && (
        <Field label={text('settings.diagnostics.report')}>
          <TextArea mono readOnly rows={16} value={report} onChange={ignore} />
        </Field>
      )}
      {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
      {file.error !== undefined && <ErrorNotice error={file.error} onDismiss={file.reset} />}
    </Dialog>
  );
}

function ignore(): void {
  // The text is read-only.
}
