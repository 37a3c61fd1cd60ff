import { FileUp } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Field, FileButton, TextArea } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';

/** Largest file that is read, bytes, and longest text, characters. The agent accepts no more. */
const MOST = 65_536;

type PasteFieldProps = Readonly<{ value: string; onChange(value: string): void; onSubmit(): void }>;

/** Text field for a setup code, link or settings of a gateway, with a button that reads a file into it, up to 64 KiB. Enter submits the text. */
export function PasteField({ value, onChange, onSubmit }: PasteFieldProps): ReactElement {
  const [isTooLong, setTooLong] = useState(false);
  const choose = async (chosen: File): Promise<void> => {
    setTooLong(chosen.size > MOST);
    if (chosen.size <= MOST) onChange(await chosen.text());
  };
  return (
    <div className={styles['section']}>
      <Field
        label={text('gateways.add.paste')}
        hint={text('gateways.add.paste.hint')}
        error={isTooLong || value.length > MOST ? text('gateways.add.too-long') : undefined}
      >
        <TextArea
          mono
          rows={3}
          value={value}
          onChange={(next) => {
            setTooLong(false);
            onChange(next);
          }}
          onKeyDown={(event) => {
            // Enter submits: only files have several lines, and those aren't typed.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            onSubmit();
          }}
        />
      </Field>
      <div>
        <FileButton
          size="small"
          icon={<FileUp aria-hidden="true" />}
          accept=".json,application/json,text/plain"
          onChoose={(file) => void choose(file)}
        >
          {text('gateways.add.file')}
        </FileButton>
      </div>
    </div>
  );
}
