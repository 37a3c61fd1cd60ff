import { useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { Button, Dialog, Field, TextInput } from '../../ui/index.ts';
import { TITLE_LIMIT } from './title.ts';
import type { Question, Terminals } from './use-terminals.ts';

type RenameProps = Readonly<{
  question: Extract<Question, { kind: 'rename' }>;
  terminals: Terminals;
  onClose(): void;
}>;

export function RenameDialog({ question, terminals, onClose }: RenameProps): ReactElement {
  const { tab } = question;
  const [name, setName] = useState(tab.name);
  const rename = (): void => {
    terminals.manager.rename(tab.id, name);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={text('terminals.rename.title')}
      actions={
        <>
          <Button onClick={onClose}>{text('terminals.cancel')}</Button>
          <Button variant="primary" onClick={rename}>
            {text('terminals.rename.do')}
          </Button>
        </>
      }
    >
      <Field label={text('terminals.rename.name')} hint={text('terminals.rename.hint')}>
        <TextInput
          value={name}
          maxLength={TITLE_LIMIT}
          placeholder={tab.title}
          onChange={setName}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Or the key would press what has the focus next.
            event.preventDefault();
            rename();
          }}
        />
      </Field>
    </Dialog>
  );
}
