import { Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { DeviceView, ProjectView } from '#shared/platform/index.ts';
import { compareNames, text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  formatAgo,
  Mono,
  quoteUntrusted,
  Row,
  RowList,
  StatusDot,
  UntrustedText,
  useNow,
  useWindowWidth,
  type MenuItem,
  type RowAction,
} from '../../ui/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo } from '../router/index.ts';
import { deviceName, knownName, shortDeviceId, type KnownNames, type NamedDevice } from './device-name.ts';
import { NewCodeDialog } from './plain-device.tsx';
import { RemoveDeviceDialog } from './remove-device.tsx';
import { RenameDeviceDialog } from './rename-device.tsx';
import { useKnownNames } from './use-known-names.ts';
import styles from './devices.module.css';

export type DeviceListProps = Readonly<{
  project: ProjectView;
  devices: readonly DeviceView[];
  /** Name of the list for screen readers. */
  label: string;
}>;

type Question = Readonly<{ kind: 'rename' | 'remove' | 'code'; device: DeviceView }>;

/** Names, and IDs of the machines of the project that this browser is paired with while it is no member of the project any more. */
type DeviceFacts = KnownNames & Readonly<{ left: ReadonlySet<string> }>;

/**
 * Devices of a project with their state: online ones first, then by name. Browsers, which have no terminals, are a folded group below. The owner's actions
 * are in each row.
 */
export function DeviceList({ project, devices, label }: DeviceListProps): ReactElement {
  const [question, setQuestion] = useState<Question>();
  const close = (): void => setQuestion(undefined);
  const kept = useKnownNames(project.id);
  const isOut = kept.own !== undefined && !devices.some(({ id }) => id === kept.own);
  // Machines of a project reach only members of it: what this browser was paired with there, it has to pair with again.
  const known: DeviceFacts = { ...kept, left: new Set(isOut ? kept.paired.keys() : []) };
  const sorted = devices.toSorted(
    (one, other) =>
      Number(isOnline(other, known)) - Number(isOnline(one, known)) ||
      compareNames(deviceName(accountOf(one), known), deviceName(accountOf(other), known)),
  );
  const browsers = sorted.filter((device) => isBrowser(device));
  const machines = sorted.filter((device) => !isBrowser(device));
  const rowOf = (device: DeviceView): ReactElement => (
    <DeviceRow
      key={device.id}
      device={device}
      project={project}
      known={known}
      onAsk={(kind) => setQuestion({ kind, device })}
    />
  );
  return (
    <>
      {machines.length > 0 && <RowList label={label}>{machines.map((device) => rowOf(device))}</RowList>}
      {browsers.length > 0 && (
        <details className={styles['browsers']}>
          <summary>{text('devices.browsers', { number: browsers.length })}</summary>
          <RowList label={text('devices.browsers.list', { project: projectName(project) })}>
            {browsers.map((device) => rowOf(device))}
          </RowList>
        </details>
      )}
      {question?.kind === 'rename' && (
        <RenameDeviceDialog
          project={project.id}
          device={question.device}
          name={deviceName(accountOf(question.device), known)}
          onClose={close}
        />
      )}
      {question?.kind === 'remove' && (
        <RemoveDeviceDialog
          project={project.id}
          device={question.device}
          name={deviceName(accountOf(question.device), known)}
          onClose={close}
        />
      )}
      {question?.kind === 'code' && (
        <NewCodeDialog
          project={project.id}
          device={question.device}
          name={deviceName(accountOf(question.device), known)}
          onClose={close}
        />
      )}
    </>
  );
}

function DeviceRow({
  device,
  project,
  known,
  onAsk,
}: Readonly<{
  device: DeviceView;
  project: ProjectView;
  known: DeviceFacts;
  onAsk(kind: Question['kind']): void;
}>): ReactElement {
  const now = useNow();
  const width = useWindowWidth();
  const isNarrow = width === 'narrow';
  // Beside the button it would have no room for its words.
  const hasMarkBelow = isNarrow || width === 'icons';
  const isPlain = device.encryption === 'relay-can-read';
  const isOwner = project.role === 'owner';
  const name = knownName(accountOf(device), known);
  const hasTerminal = device.encryption === 'end-to-end' || (device.paired && device.kind === 'connector');
  const online = isOnline(device, known);
  const state = online ? text('devices.online') : seenText(device, now);
  const open = (): void => goTo({ page: 'terminal', device: device.id });
  const step = hasTerminal ? stepOf(device, known) : undefined;
  const actions: readonly RowAction[] = isOwner
    ? [{ label: text('devices.rename'), icon: <Pencil />, onSelect: () => onAsk('rename') }]
    : [];
  return (
    <Row
      tall
      wraps={isNarrow}
      stacks={step !== undefined}
      lead={<StatusDot state={online ? 'online' : 'offline'} label="" />}
      title={name === undefined ? <Mono>{shortDeviceId(device.id)}</Mono> : <UntrustedText>{name}</UntrustedText>}
      detail={
        <>
          <Detail device={device} project={project} known={known} state={state} />
          {isPlain && hasMarkBelow && (
            <div className={styles['mark']}>
              <ReadableMark />
            </div>
          )}
        </>
      }
      note={isPlain && !hasMarkBelow ? <ReadableMark /> : undefined}
      keepsNote
      actions={actions}
      onOpen={hasTerminal ? open : undefined}
      tail={
        step !== undefined && (
          <Button
            size="small"
            aria-label={text(`devices.${step}.of`, { name: deviceName(accountOf(device), known) })}
            onClick={open}
          >
            <span className={styles['step']}>{text(`devices.${step}`)}</span>
          </Button>
        )
      }
      menu={isOwner ? menuOf(device, onAsk) : undefined}
      menuLabel={text('devices.actions', { name: deviceName(accountOf(device), known) })}
    />
  );
}

/** Returns what a person does with a device; undefined for a browser, which has no terminals. */
function stepOf(
  device: DeviceView,
  { own, paired, forgotten, left }: DeviceFacts,
): 'open' | 'pair' | 'again' | undefined {
  if (forgotten.has(device.id) || left.has(device.id)) return 'again';
  if (device.encryption !== 'end-to-end' || paired.has(device.id)) return 'open';
  return device.id === own || device.browser ? undefined : 'pair';
}

function isBrowser(device: DeviceView): boolean {
  return device.encryption === 'end-to-end' && device.browser;
}

/** Reports whether a device is online: this browser is, while one looks with it, also before its agent runs. */
function isOnline({ id, online }: DeviceView, { own }: KnownNames): boolean {
  return online || id === own;
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
  known,
  state,
}: Readonly<{ device: DeviceView; project: ProjectView; known: DeviceFacts; state: string }>): ReactElement {
  const facts: string[] = [state];
  if (device.encryption === 'end-to-end') {
    if (device.id === known.own) facts.push(device.label === null ? '' : quoteUntrusted(device.label));
    else if (device.account !== null) {
      const person = known.people.get(device.account);
      // Its name has the person.
      if (device.label === null || person === undefined) facts.push(admittedText(person));
    }
    if (device.role === 'pending') facts.push(text('devices.pending'));
    if (device.id === project.ownerDevice) facts.push(text('devices.owner'));
    const paired = known.paired.get(device.id);
    if (known.forgotten.has(device.id)) facts.push(text('devices.forgotten'));
    else if (known.left.has(device.id)) facts.push(text('devices.left'));
    else if (paired !== undefined)
      facts.push(
        device.label === null || device.label === paired
          ? text('devices.paired')
          : text('devices.paired.as', { name: quoteUntrusted(paired) }),
      );
  } else {
    if (!device.paired)
      facts.push(device.codeExpiresAt === null ? text('devices.code.none') : text('devices.code.waits'));
    if (device.kind === 'openclaw') facts.push(text('devices.openclaw'));
  }
  return <>{facts.filter((fact) => fact !== '').join(' · ')}</>;
}

function admittedText(person: string | undefined): string {
  return person === undefined ? text('devices.browser') : text('devices.browser.of', { name: quoteUntrusted(person) });
}

/** Mark of a device whose terminals the relay can read. Encryption is the rule and has no mark. */
function ReadableMark(): ReactElement {
  return <Chip tone="bad">{text('devices.relay-can-read')}</Chip>;
}

/** Returns a device with the account that admitted it, for its name. */
function accountOf(device: DeviceView): NamedDevice {
  return device.encryption === 'end-to-end' ? device : { id: device.id, label: device.label };
}

function seenText({ lastSeen }: DeviceView, now: number): string {
  return lastSeen === null ? text('devices.never') : text('devices.seen', { ago: formatAgo(lastSeen, now) });
}
