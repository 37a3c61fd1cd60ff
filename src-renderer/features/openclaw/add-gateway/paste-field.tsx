import { FileUp } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Field, FileButton, TextArea } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';

/** Bytes of a file that is read; the agent takes no more characters. */
const MOST = 65_536;

type PasteFieldProps = Readonly<{ value: string; onChange(value: string): void; onSubmit(): void }>;

/** Takes whatever somebody has of a gateway, pasted or from a file. */
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
            // Nothing of all this has more than one line but a file, and that has its own lines already.
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
