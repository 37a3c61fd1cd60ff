import type { ReactElement } from 'react';
import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';
import { showOpenClaw, useApp } from '../../store/index.ts';
import { AddDialog } from './add-gateway/add-dialog.tsx';
import { FingerprintDialog } from './certificate/fingerprint-dialog.tsx';
import { AddNodeDialog } from './gateways/add-node-dialog.tsx';
import { EditDialog } from './gateways/edit-dialog.tsx';
import { RemoveGatewayDialog } from './gateways/remove-dialog.tsx';
import type { PromptRecipient } from './prompts/recipient.ts';
import { RemoveOpenClawDialog } from './prompts/remove-dialog.tsx';
import { RestartDialog } from './prompts/restart-dialog.tsx';
import { SaveDialog } from './prompts/save-dialog.tsx';

/** Open dialog of the page. A gateway is the view from the time of opening; the dialog shows the current one while the gateway exists. */
export type OpenDialog =
  | Readonly<{ kind: 'add-gateway' | 'add-machine' }>
  | Readonly<{ kind: 'edit' | 'remove' | 'certificate' | 'add-node'; gateway: GatewayView }>
  | Readonly<{ kind: 'edit-machine' | 'remove-machine'; remote: RemoteView }>
  | Readonly<{ kind: 'restart'; target: PromptRecipient }>;

/** Shows the open dialog of the page OpenClaw. */
export function OpenClawDialog({
  dialog,
  onClose,
}: Readonly<{ dialog: OpenDialog; onClose(): void }>): ReactElement | null {
  const gateways = useApp((state) => state.gateways);
  const currentOf = (gateway: GatewayView): GatewayView => gateways.find(({ id }) => id === gateway.id) ?? gateway;
  switch (dialog.kind) {
    case 'add-gateway':
      return <AddDialog onClose={onClose} />;
    case 'add-machine':
      return <SaveDialog onSaved={({ id }) => showOpenClaw({ kind: 'remote', id })} onClose={onClose} />;
    case 'edit':
      return <EditDialog gateway={currentOf(dialog.gateway)} onClose={onClose} />;
    case 'remove':
      return <RemoveGatewayDialog gateway={currentOf(dialog.gateway)} onClose={onClose} />;
    case 'add-node':
      return <AddNodeDialog gateway={currentOf(dialog.gateway)} onClose={onClose} />;
    case 'certificate': {
      const gateway = currentOf(dialog.gateway);
      return gateway.certificate === null ? null : (
        <FingerprintDialog gateway={gateway} certificate={gateway.certificate} onClose={onClose} />
      );
    }
    case 'edit-machine':
      return <SaveDialog remote={dialog.remote} onClose={onClose} />;
    case 'remove-machine':
      return <RemoveOpenClawDialog remote={dialog.remote} onClose={onClose} />;
    case 'restart':
      return <RestartDialog target={dialog.target} onClose={onClose} />;
  }
}
