import { useState, type ReactElement } from 'react';
import type { DeviceView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { ErrorNotice, Field, FormDialog, TextInput } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { nameProblem } from '../forms/index.ts';

export type DeviceDialogProps = Readonly<{
  project: string;
  device: DeviceView;
  /** Name of the device, for sentences. */
  name: string;
  onClose(): void;
}>;

/** Dialog for the label of a device. An empty one removes the label of a sealed device, which then shows its ID. */
export function RenameDeviceDialog({ project, device, name, onClose }: DeviceDialogProps): ReactElement {
  const [label, setLabel] = useState(device.label ?? '');
  const [isChecked, setIsChecked] = useState(false);
  const change = useAction((client, next: string | null) =>
    client.call('devices.change', { params: { project, device: device.id }, input: { label: next } }),
  );
  const next = label.trim() === '' && device.encryption === 'end-to-end' ? null : label;
  const problem = next === null ? undefined : nameProblem(next);
  return (
    <FormDialog
      title={text('devices.rename.of', { name })}
      description={text('devices.rename.about')}
      size="small"
      apply={text('site.save')}
      busy={change.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (problem === undefined) void change.run(next).then((done) => done !== undefined && onClose());
      }}
    >
      <Field label={text('devices.label')} error={isChecked ? problem : undefined}>
        <TextInput value={label} onChange={setLabel} />
      </Field>
      {change.error !== undefined && <ErrorNotice error={change.error} />}
    </FormDialog>
  );
}
