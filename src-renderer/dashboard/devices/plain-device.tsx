import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button, ConfirmDialog, Dialog, ErrorNotice, Field, FormDialog, TextInput } from '../../ui/index.ts';
import { useAction, useRelay } from '../api/index.ts';
import { nameProblem } from '../forms/index.ts';
import { OneTimeCode } from './one-time-code.tsx';
import { connectorCommands } from './connector-commands.ts';
import { ReadmeLink } from './readme-link.tsx';
import type { DeviceDialogProps } from './rename-device.tsx';

type Code = Readonly<{ code: string; expiresAt: number }>;

/** Dialog that creates a plain device and shows its pairing code. The warning stands before the first field. */
export function AddPlainDialog({ project, onClose }: Readonly<{ project: string; onClose(): void }>): ReactElement {
  const [label, setLabel] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [code, setCode] = useState<Code>();
  const create = useAction((client) =>
    client.call('devices.create', { params: { project }, input: { encryption: 'relay-can-read', label } }),
  );
  if (code !== undefined) return <CodeDialog code={code} onClose={onClose} />;
  return (
    <FormDialog
      title={text('devices.plain.add')}
      apply={text('devices.plain.create')}
      busy={create.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(label) === undefined) void create.run().then((made) => made !== undefined && setCode(made));
      }}
    >
      <Banner tone="bad">{text('devices.plain.warning')}</Banner>
      <Field label={text('devices.label')} error={isChecked ? nameProblem(label) : undefined}>
        <TextInput value={label} onChange={setLabel} placeholder={text('devices.plain.example')} />
      </Field>
      {create.error !== undefined && <ErrorNotice error={create.error} />}
    </FormDialog>
  );
}

/** Dialog that makes a new pairing code of a plain device, after it has said that the connection there ends. */
export function NewCodeDialog({ project, device, name, onClose }: DeviceDialogProps): ReactElement {
  const [code, setCode] = useState<Code>();
  const create = useAction((client) => client.call('devices.createCode', { params: { project, device: device.id } }));
  if (code !== undefined) return <CodeDialog code={code} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={text('devices.code.title', { name })}
      apply={text('devices.code.new')}
      variant={device.encryption === 'relay-can-read' && device.paired ? 'danger' : 'primary'}
      call={create}
      onClose={onClose}
      onApply={() => void create.run().then((made) => made !== undefined && setCode(made))}
    >
      <p>{text('devices.code.text')}</p>
    </ConfirmDialog>
  );
}

function CodeDialog({ code, onClose }: Readonly<{ code: Code; onClose(): void }>): ReactElement {
  const { install, pair } = connectorCommands(window.location.origin, code.code);
  const hasReleases = useRelay()?.installs === true;
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('devices.code')}
      actions={
        <Button variant="primary" onClick={onClose}>
          {text('site.done')}
        </Button>
      }
    >
      <OneTimeCode
        code={code.code}
        expiresAt={code.expiresAt}
        steps={[
          hasReleases
            ? { label: text('devices.connector.install'), command: install.unix, other: install.windows }
            : { label: text('devices.link.install.readme'), note: <ReadmeLink /> },
          { label: text('devices.connector.pair'), command: pair },
        ]}
      />
    </Dialog>
  );
}
