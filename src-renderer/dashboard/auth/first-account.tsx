import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { ErrorNotice } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { Waiting } from '../shell/waiting.tsx';
import { AuthCard } from './auth-card.tsx';

export type FirstAccountProps = Readonly<{
  token: string;
  /** Way on for a person whose link doesn't count. */
  foot: ReactNode;
  /** Form that creates the account. */
  children: ReactNode;
}>;

/** Shows the form for the first account once the relay has said that its link counts. A used or wrong link says so before anything is filled in. */
export function FirstAccount({ token, foot, children }: FirstAccountProps): ReactNode {
  const { run, error } = useAction((client) => client.call('auth.lookUpSignUp', { input: { token } }));
  const [counts, setCounts] = useState(false);
  useEffect(() => {
    void run().then((answer) => setCounts(answer !== undefined));
  }, [run]);
  if (error !== undefined) return <Refused error={error} foot={foot} />;
  return counts ? children : <Waiting within />;
}

function Refused({ error, foot }: Readonly<{ error: unknown; foot: ReactNode }>): ReactElement {
  return (
    <AuthCard title={text('auth.sign-up')} foot={foot}>
      <ErrorNotice error={error} />
    </AuthCard>
  );
}
