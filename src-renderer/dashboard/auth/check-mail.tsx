import { Mail } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';

/** Says that a mail is on its way. The words are the same whether the address has an account. */
export function CheckMail({ lead, foot }: Readonly<{ lead: string; foot: ReactNode }>): ReactElement {
  return (
    <AuthCard title={text('auth.check-mail')} lead={lead} foot={foot}>
      <Mail aria-hidden="true" className={styles['picture']} />
    </AuthCard>
  );
}
