import { KeyRound } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';
import { useAction, useDashboard } from '../api/index.ts';
import { signWithPasskey } from '../passkeys/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';

/** Asks for the passkey that the account wants after its password. The ticket counts once: after an error, signing in begins again. */
export function SecondFactor({ ticket, onBack }: Readonly<{ ticket: string; onBack(): void }>): ReactElement {
  const { session } = useDashboard();
  const verify = useAction(async (client) => {
    const options = await client.call('auth.passkeyOptions', { input: { purpose: 'second-factor', ticket } });
    return client.call('auth.verifyPasskey', { input: { response: await signWithPasskey(options) } });
  });
  const isOver = verify.error !== undefined;
  return (
    <AuthCard
      title={text('auth.second-factor')}
      lead={text('auth.second-factor.lead')}
      foot={
        <button type="button" className={styles['text-button']} onClick={onBack}>
          {text('auth.back')}
        </button>
      }
    >
      {isOver && <ErrorNotice error={verify.error} />}
      {isOver ? (
        <Button variant="primary" size="large" className={styles['wide']} onClick={onBack}>
          {text('auth.again')}
        </Button>
      ) : (
        <Button
          variant="primary"
          size="large"
          icon={<KeyRound />}
          busy={verify.busy}
          className={styles['wide']}
          onClick={() =>
            void verify.run().then((answer) => {
              if (answer?.status === 'signed-in') session.signedIn(answer.account);
            })
          }
        >
          {text('auth.use-passkey')}
        </Button>
      )}
    </AuthCard>
  );
}
