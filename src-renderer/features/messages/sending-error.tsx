import type { ReactElement } from 'react';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';

export type SendingErrorProps = Readonly<{
  error: unknown;
  onDismiss(): void;
  /** Sends the message though the relay can read it. The agent of this machine remembers that for the program. */
  onSend(): void;
}>;

/** Explains why a message wasn't queued. If the relay could read it, the person can send it all the same, and isn't told again. */
export function SendingError({ error, onDismiss, onSend }: SendingErrorProps): ReactElement {
  return (
    <ErrorNotice
      error={error}
      onDismiss={onDismiss}
      action={
        errorCode(error) === 'message.relay-reads' ? (
          <Button size="small" onClick={onSend}>
            {text('messages.relay-reads.apply')}
          </Button>
        ) : undefined
      }
    />
  );
}
