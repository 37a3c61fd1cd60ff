import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ConfirmDialog } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import type { DeviceDialogProps } from './rename-device.tsx';

/** Dialog that bars a sealed device from the project, or removes a plain one, and says what that ends and what not. */
export function RemoveDeviceDialog({ project, device, name, onClose }: DeviceDialogProps): ReactElement {
  const remove = useAction((client) => client.call('devices.delete', { params: { project, device: device.id } }));
  const isPlain = device.encryption === 'relay-can-read';
  return (
    <ConfirmDialog
      title={isPlain ? text('devices.remove.title', { name }) : text('devices.bar.title', { name })}
      apply={isPlain ? text('devices.remove') : text('devices.bar')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() => void remove.run().then((done) => done !== undefined && onClose())}
    >
      <p>{isPlain ? text('devices.remove.text') : text('devices.bar.text')}</p>
    </ConfirmDialog>
  );
}
