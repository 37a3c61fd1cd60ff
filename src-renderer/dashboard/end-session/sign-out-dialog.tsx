import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../ui/index.ts';
import type { SignOutEnds } from './sign-out-ends.ts';
import type { SignOut } from './use-sign-out.ts';

/** Asks whether to sign out where that ends something, and says what. Renders nothing until the person wants to. */
export function SignOutDialog({ signOut }: Readonly<{ signOut: SignOut }>): ReactElement | null {
  if (signOut.ends === undefined) return null;
  return (
    <ConfirmDialog
      title={text('site.sign-out.title')}
      apply={text('site.sign-out')}
      keep={text('ui.cancel')}
      call={signOut}
      onClose={signOut.keep}
      onApply={() => void signOut.run()}
    >
      <KeysEnd ends={signOut.ends} />
    </ConfirmDialog>
  );
}

/** Says what ends with the keys of this browser. */
export function KeysEnd({ ends }: Readonly<{ ends: SignOutEnds }>): ReactElement {
  return (
    <>
      {ends.terminals.map(({ machine, count }) => (
        <p key={machine}>{text('site.sign-out.ends', { count, machine: quoteUntrusted(machine) })}</p>
      ))}
      <p>{text('site.sign-out.keys')}</p>
    </>
  );
}
