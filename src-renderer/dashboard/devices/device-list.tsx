import { Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { DeviceView, ProjectView } from '#shared/platform/index.ts';
import { compareNames, text } from '../../locale/index.ts';
import {
  Chip,
  formatAgo,
  Mono,
  Row,
  RowList,
  StatusDot,
  UntrustedText,
  useNow,
  useWindowWidth,
  type MenuItem,
  type RowAction,
} from '../../ui/index.ts';
import { useResource } from '../api/index.ts';
import { goTo } from '../router/index.ts';
import { deviceName, shortDeviceId } from './device-name.ts';
import { NewCodeDialog } from './plain-device.tsx';
import { RemoveDeviceDialog } from './remove-device.tsx';
import { RenameDeviceDialog } from './rename-device.tsx';
import styles from './devices.module.css';

export type DeviceListProps = Readonly<{
  project: ProjectView;
  devices: readonly DeviceView[];
  /** Name of the list for screen readers. */
  label: string;
}>;

type Question = Readonly<{ kind: 'rename' | 'remove' | 'code'; device: DeviceView }>;

/** Devices of a project with their state: online ones first, then by name. The owner's actions are in each row. */
export function DeviceList({ project, devices, label }: DeviceListProps): ReactElement {
  const [question, setQuestion] = useState<Question>();
  const close = (): void => setQuestion(undefined);
  const sorted = devices.toSorted(
    (one, other) => Number(other.online) - Number(one.online) || compareNames(deviceName(one), deviceName(other)),
  );
  return (
    <>
      <RowList label={label}>
        {sorted.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            project={project}
            onAsk={(kind) => setQuestion({ kind, device })}
          />
        ))}
      </RowList>
      {question?.kind === 'rename' && (
        <RenameDeviceDialog project={project.id} device={question.device} onClose={close} />
      )}
      {question?.kind === 'remove' && (
        <RemoveDeviceDialog project={project.id} device={question.device} onClose={close} />
      )}
      {question?.kind === 'code' && <NewCodeDialog project={project.id} device={question.device} onClose={close} />}
    </>
  );
}

function DeviceRow({
  device,
  project,
  onAsk,
}: Readonly<{ device: DeviceView; project: ProjectView; onAsk(kind: Question['kind']): void }>): ReactElement {
  const now = useNow();
  const isNarrow = useWindowWidth() === 'narrow';
  const isPlain = device.encryption === 'relay-can-read';
  const isOwner = project.role === 'owner';
  const hasTerminal = device.encryption === 'end-to-end' || (device.paired && device.kind === 'connector');
  const state = device.online ? text('devices.online') : seenText(device, now);
  const actions: readonly RowAction[] = isOwner
    ? [{ label: text('devices.rename'), icon: <Pencil />, onSelect: () => onAsk('rename') }]
    : [];
  return (
    <Row
      tall
      lead={<StatusDot state={device.online ? 'online' : 'offline'} label="" />}
      title={
        device.label === null ? <Mono>{shortDeviceId(device.id)}</Mono> : <UntrustedText>{device.label}</UntrustedText>
      }
      detail={
        <>
          <Detail device={device} project={project} state={state} />
          {isPlain && isNarrow && (
            <div className={styles['mark']}>
              <ReadableMark />
            </div>
          )}
        </>
      }
      note={isPlain && !isNarrow ? <ReadableMark /> : undefined}
      keepsNote
      actions={actions}
      onOpen={hasTerminal ? () => goTo({ page: 'terminal', device: device.id }) : undefined}
      menu={isOwner ? menuOf(device, onAsk) : undefined}
      menuLabel={text('devices.actions', { name: deviceName(device) })}
    />
  );
}

function menuOf(device: DeviceView, onAsk: (kind: Question['kind']) => void): readonly MenuItem[] {
  const isPlain = device.encryption === 'relay-can-read';
  return [
    ...(isPlain ? [{ label: text('devices.code.new'), icon: <RefreshCw />, onSelect: () => onAsk('code') }] : []),
    {
      label: isPlain ? text('devices.remove') : text('devices.bar'),
      icon: <Trash2 />,
      tone: 'danger',
      onSelect: () => onAsk('remove'),
    },
  ];
}

/** State, and what a device is beyond a machine of its project. */
function Detail({
  device,
  project,
  state,
}: Readonly<{ device: DeviceView; project: ProjectView; state: string }>): ReactElement {
  const people = useResource('people.list', { params: { project: project.id } });
  const facts: string[] = [state];
  if (device.encryption === 'end-to-end') {
    if (device.account !== null) {
      const person = people.value?.people.find(({ id }) => id === device.account);
      facts.push(person === undefined ? text('devices.browser') : text('devices.browser.of', { name: person.name }));
    }
    if (device.role === 'pending') facts.push(text('devices.pending'));
    if (device.id === project.ownerDevice) facts.push(text('devices.owner'));
  } else {
    if (!device.paired)
      facts.push(device.codeExpiresAt === null ? text('devices.code.none') : text('devices.code.waits'));
    if (device.kind === 'openclaw') facts.push(text('devices.openclaw'));
  }
  return <>{facts.join(' · ')}</>;
}

/** Mark of a device whose terminals the relay can read. Encryption is the rule and has no mark. */
function ReadableMark(): ReactElement {
  return <Chip tone="bad">{text('devices.relay-can-read')}</Chip>;
}

function seenText({ lastSeen }: DeviceView, now: number): string {
  return lastSeen === null ? text('devices.never') : text('devices.seen', { ago: formatAgo(lastSeen, now) });
}
