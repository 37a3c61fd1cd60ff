import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, Field, TextInput, type DialogProps } from '../../../ui/index.ts';
import { TITLE_LIMIT } from './title.ts';

type RenameProps = Readonly<{
  /** Name that the person has given the tab, and the title that its program sets. */
  tab: Readonly<{ name: string; title: string }>;
  onRename(name: string): void;
  onClose(): void;
  returnFocus?: DialogProps['returnFocus'];
}>;

/** Dialog that names a tab; the caller stores the name. An empty name shows the program's title again. */
export function RenameTabDialog({ tab, onRename, onClose, returnFocus }: RenameProps): ReactElement {
  const [name, setName] = useState(tab.name);
  const rename = (): void => {
    onRename(name);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      returnFocus={returnFocus}
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
            // The key would otherwise press the control that gets the focus next.
            event.preventDefault();
            rename();
          }}
        />
      </Field>
    </Dialog>
  );
}
