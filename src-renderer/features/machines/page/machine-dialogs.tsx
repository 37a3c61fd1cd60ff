import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { PeerDialog } from '../../peers/index.ts';
import { GroupDialog } from '../arrange/group-dialog.tsx';
import type { MachineDialogKind } from './machine-menu.tsx';

/** Shows a dialog of a machine. */
export function MachineDialog({
  kind,
  peer,
  onClose,
}: Readonly<{ kind: MachineDialogKind; peer: PeerView; onClose(): void }>): ReactElement {
  return kind === 'group' ? <GroupDialog peer={peer} onClose={onClose} /> : <PeerDialog {...{ kind, peer, onClose }} />;
}
