import { useState, type ReactElement } from 'react';
import type { GatewayDeviceView, GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import {
  Caution,
  ConfirmDialog,
  ErrorNotice,
  Field,
  FormDialog,
  TextInput,
  quoteUntrusted,
} from '../../../ui/index.ts';
import styles from './administration.module.css';
import { deviceName } from './search-rows.ts';

/** Action on a device of a gateway. `rotate` replaces the token of a role, `revoke` deletes it. */
export type DeviceAction =
  | Readonly<{ kind: 'rename' | 'remove' }>
  | Readonly<{ kind: 'rotate' | 'revoke'; role: string }>;

export type DeviceDialogProps = Readonly<{
  gateway: GatewayView;
  device: GatewayDeviceView;
  action: DeviceAction;
  /** Called after the gateway has done the action. */
  onDone(): void;
  onClose(): void;
}>;

/**
 * Asks the person for a device's new name, or to confirm that the device is removed or one of its tokens is replaced or revoked. The agent then asks
 * the gateway to do it.
 */
export function DeviceDialog(props: DeviceDialogProps): ReactElement {
  return props.action.kind === 'rename' ? <RenameDevice {...props} /> : <ConfirmDevice {...props} />;
}

function ConfirmDevice({ gateway, device, action, onDone, onClose }: DeviceDialogProps): ReactElement {
  const remove = useCall('devices.remove', { outlives: true });
  const rotate = useCall('devices.rotate');
  const revoke = useCall('devices.revoke');
  const name = quoteUntrusted(deviceName(device));
  const target = { gateway: gateway.id, device: device.deviceId };
  const kind = action.kind === 'rename' ? 'remove' : action.kind;
  const role = 'role' in action ? action.role : '';
  const call = { remove, rotate, revoke }[kind];
  const apply = async (): Promise<void> => {
    const done =
      kind === 'remove'
        ? await remove.run(target)
        : kind === 'rotate'
          ? await rotate.run({ ...target, role })
          : await revoke.run({ ...target, role });
    if (done === undefined) return;
    notify({ tone: 'good', text: text(`gateways.device.${kind}.done`, { name }) });
    onDone();
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text(`gateways.device.${kind}.title`, { name })}
      apply={text(`gateways.device.${kind}`)}
      variant={kind === 'rotate' ? 'primary' : 'danger'}
      call={call}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text(`gateways.device.${kind}.text`, { name, role: quoteUntrusted(role) })}</p>
      <Caution>{device.self && text('gateways.device.is-self')}</Caution>
    </ConfirmDialog>
  );
}

function RenameDevice({ gateway, device, onDone, onClose }: DeviceDialogProps): ReactElement {
  const rename = useCall('devices.rename');
  return (
    <NameDialog
      title={text('gateways.device.rename.title', { name: quoteUntrusted(deviceName(device)) })}
      hint={text('gateways.device.rename.hint')}
      name={deviceName(device)}
      busy={rename.busy}
      error={rename.error !== undefined && <ErrorNotice error={rename.error} onDismiss={rename.reset} />}
      onApply={async (label) => {
        if ((await rename.run({ gateway: gateway.id, device: device.deviceId, label })) === undefined) return;
        onDone();
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/**
 * Dialog with one field for the new name of a device or node.
 * @param onApply saves the name and closes the dialog
 */
export function NameDialog({
  title,
  hint,
  name,
  busy,
  error,
  onApply,
  onClose,
}: Readonly<{
  title: string;
  hint: string;
  name: string;
  busy: boolean;
  error: ReactElement | false;
  onApply(name: string): Promise<void>;
  onClose(): void;
}>): ReactElement {
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const wrong =
    wanted === ''
      ? text('gateways.wrong.name-empty')
      : wanted.length > 64
        ? text('gateways.wrong.name-long')
        : undefined;
  return (
    <FormDialog
      onClose={onClose}
      size="small"
      title={title}
      apply={text('gateways.rename')}
      busy={busy}
      onApply={() => {
        if (wrong === undefined) void onApply(wanted);
      }}
    >
      <Field label={text('gateways.field.name')} hint={hint} error={wrong}>
        <TextInput
          dir="auto"
          // Typing replaces the old name.
          onFocus={(event) => event.target.select()}
          value={typed}
          onChange={setTyped}
        />
      </Field>
      {error}
    </FormDialog>
  );
}
