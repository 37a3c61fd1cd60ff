import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog, Field, TextInput, type DialogProps } from '../../../ui/index.ts';
import { TITLE_LIMIT } from './title.ts';

type RenameProps = Readonly<{
  /** Name that the person has given the tab, empty without one; the title that the tab shows; and that which its program sets. */
  tab: Readonly<{ name: string; shown: string; title: string }>;
  onRename(name: string): void;
  onClose(): void;
  returnFocus?: DialogProps['returnFocus'];
}>;

/**
 * Dialog that names a tab, and begins with what the tab shows; the caller stores the name. An empty name, or a title that wasn't changed, shows the
 * program's title.
 */
export function RenameTabDialog({ tab, onRename, onClose, returnFocus }: RenameProps): ReactElement {
  const [name, setName] = useState(tab.name || tab.shown);
  const rename = (): void => {
    onRename(tab.name === '' && name === tab.shown ? '' : name);
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
          onFocus={(event) => event.target.select()}
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
