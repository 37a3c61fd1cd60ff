import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { text } from '../../../locale/index.ts';
import { Dialog } from '../../../ui/index.ts';
import { CompareDialog } from './compare-dialog.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import { ReadmitDialog } from './readmit-dialog.tsx';
import { IntroduceDialog } from '../introduce/introduce-dialog.tsx';
import { Access } from '../rights/access.tsx';
import { SafetyNumberDialog } from './safety-number-dialog.tsx';

/** Dialogs that a peer's menu opens. */
export type PeerDialogKind = 'compare' | 'rights' | 'safety-number' | 'readmit' | 'introduce' | 'forget';

export type PeerDialogProps = Readonly<{
  kind: PeerDialogKind;
  peer: PeerView;
  onClose(): void;
}>;

/** Shows the dialog of this kind for a peer. Used by the machines page. */
export function PeerDialog({ kind, ...rest }: PeerDialogProps): ReactElement {
  switch (kind) {
    case 'compare':
      return <CompareDialog {...rest} />;
    case 'rights':
      return (
        <Dialog open size="large" title={text('access.tab')} onClose={rest.onClose}>
          <Access peer={rest.peer} />
        </Dialog>
      );
    case 'safety-number':
      return <SafetyNumberDialog {...rest} />;
    case 'readmit':
      return <ReadmitDialog {...rest} />;
    case 'introduce':
      return <IntroduceDialog {...rest} />;
    case 'forget':
      return <ForgetDialog {...rest} />;
    default:
      return assertNever(kind);
  }
}
