import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Banner, Button, Dialog, type DialogProps } from '../../../ui/index.ts';

type RecordKeysProps = Readonly<{ onRecord(): void; onClose(): void; returnFocus?: DialogProps['returnFocus'] }>;

/** Warns that a recording with keys also contains typed passwords. The person starts it or cancels. */
export function RecordKeysDialog({ onRecord, onClose, returnFocus }: RecordKeysProps): ReactElement {
  return (
    <Dialog
      open
      size="small"
      onClose={onClose}
      returnFocus={returnFocus}
      title={text('recordings.keys.title')}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button
            variant="danger"
            onClick={() => {
              onRecord();
              onClose();
            }}
          >
            {text('recordings.keys.do')}
          </Button>
        </>
      }
    >
      <Banner tone="warning">{text('recordings.keys.text')}</Banner>
    </Dialog>
  );
}
