import {
  CircleHelp,
  Copy,
  CircleDashed,
  Ellipsis,
  HardDrive,
  Lock,
  Radio,
  Unplug,
  FolderInput,
  Monitor,
  Pencil,
  Plus,
  Power,
  SquareTerminal,
  Trash2,
} from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { ClawReachError } from '#shared/errors.ts';
import {
  Banner,
  Button,
  Card,
  Chip,
  ConnectionStrip,
  CopyButton,
  Countdown,
  Dialog,
  EmptyState,
  ErrorNotice,
  Field,
  IconButton,
  KeyCaps,
  LinkDrawing,
  LinkFan,
  Menu,
  Mono,
  PageHeader,
  Popover,
  RadioGroup,
  Row as ListRow,
  RowList,
  RowSkeleton,
  Segments,
  Select,
  Sparkline,
  Spinner,
  StatusDot,
  Switch,
  Tabs,
  TextArea,
  TextInput,
  Tooltip,
  PairingWordChips,
} from '../ui/index.ts';
import type { Story } from './story.ts';
import styles from './ui.stories.module.css';

const ALL_TONES = ['neutral', 'good', 'warning', 'bad', 'info'] as const;

/** End of an example countdown, almost ten minutes ahead. */
const SOON = Date.now() + 9 * 60_000 + 41_000;

export const UI_STORIES: readonly Story[] = [
  { name: 'ui/buttons', render: () => <Buttons /> },
  { name: 'ui/form', render: () => <Form /> },
  { name: 'ui/radio group', render: () => <Choices /> },
  { name: 'ui/facts', render: () => <Facts /> },
  { name: 'ui/notices', render: () => <Notices /> },
  { name: 'ui/empty', render: () => <Empty /> },
  { name: 'ui/dialog', render: () => <OpenDialog /> },
  { name: 'ui/two dialogs', render: () => <TwoDialogs /> },
  { name: 'ui/popups', render: () => <Popups /> },
  { name: 'ui/rows', render: () => <Rows /> },
  { name: 'ui/segments', render: () => <SegmentRows /> },
  { name: 'ui/strips', render: () => <Strips /> },
  { name: 'ui/link', render: () => <Links /> },
  { name: 'ui/links to several', render: () => <Fans /> },
  { name: 'ui/type', render: () => <Type /> },
];

function Row({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  return <div className={styles['row']}>{children}</div>;
}

function Buttons(): ReactElement {
  return (
    <div className={styles['stack']}>
      {(['medium', 'small', 'large'] as const).map((size) => (
        <Row key={size}>
          <Button size={size} variant="primary" icon={<Plus />}>
            Pair
          </Button>
          <Button size={size}>Rename</Button>
          <Button size={size} variant="quiet">
            Later
          </Button>
          <Button size={size} variant="danger">
            Forget
          </Button>
          <Button size={size} disabled>
            Not possible
          </Button>
          <Button size={size} reason="office is offline.">
            Open terminal
          </Button>
          <Button size={size} busy>
            Connecting
          </Button>
          <IconButton size={size} label="More" icon={<Ellipsis />} />
        </Row>
      ))}
      <Row>
        <CopyButton value="ABCD-1234" />
        <CopyButton value="ABCD-1234" label="Copy link" size="medium" />
        <Spinner label="Looking" />
      </Row>
    </div>
  );
}

function Form(): ReactElement {
  const [name, setName] = useState('office');
  const [url, setUrl] = useState('ws:/relay');
  const [note, setNote] = useState('');
  const [theme, setTheme] = useState<'system' | 'light' | 'dark'>('system');
  const [on, setOn] = useState(true);
  const [tab, setTab] = useState<'one' | 'two'>('one');
  return (
    <div className={styles['form']}>
      <Field label="Name" hint="What this device calls the other one.">
        <TextInput value={name} onChange={setName} />
      </Field>
      <Field label="Relay" error="A relay address is wss://HOST or wss://HOST:PORT.">
        <TextInput value={url} onChange={setUrl} mono />
      </Field>
      <Field label="Note">
        <TextArea value={note} onChange={setNote} placeholder="No traffic" />
      </Field>
      <Select
        label="Appearance"
        value={theme}
        onChange={setTheme}
        options={[
          { value: 'system', label: 'System' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <Switch label="Notifications" description="When something waits for an answer." checked={on} onChange={setOn} />
      <Switch label="Postgres" description="Port 5432 is taken." checked failing onChange={setOn} />
      <Switch label="Off" checked={false} onChange={setOn} />
      <Switch label="Cannot be changed" checked disabled onChange={setOn} />
      <Tabs
        label="Sides of a pairing"
        value={tab}
        onChange={setTab}
        items={[
          { value: 'one', label: 'Code', count: 2 },
          { value: 'two', label: 'Link' },
        ]}
      >
        {tab === 'one' ? 'A short code.' : 'A long link.'}
      </Tabs>
    </div>
  );
}

function Choices(): ReactElement {
  const [answer, setAnswer] = useState<'allow' | 'ask' | 'deny'>('ask');
  const options = [
    { value: 'allow', label: 'Allow', description: 'Every request is approved without asking.' },
    {
      value: 'ask',
      label: 'Ask each time',
      description: 'A question comes up here; nothing happens before it has been answered, and no answer means no.',
    },
    { value: 'deny', label: 'Deny', description: 'Every request is declined.' },
  ] as const;
  return (
    <div className={styles['form']}>
      <RadioGroup
        label="Terminals"
        about="May this peer open a terminal here?"
        value={answer}
        options={options}
        onChange={setAnswer}
      />
      <RadioGroup
        label="Cannot be changed"
        value={answer}
        options={options}
        onChange={setAnswer}
        disabled
        note="The administrator of this device has decided."
      />
      <RadioGroup size="small" label="In a popover" value={answer} options={options} onChange={setAnswer} />
      <RadioGroup
        size="small"
        label="Fixed, in a popover"
        value={answer}
        options={options}
        onChange={setAnswer}
        disabled
      />
    </div>
  );
}

function Facts(): ReactElement {
  return (
    <div className={styles['stack']}>
      <PageHeader
        title="Machines"
        description="Machines that are paired with this one."
        actions={
          <Button variant="primary" icon={<Plus />}>
            Pair
          </Button>
        }
      />
      <Row>
        {ALL_TONES.map((tone) => (
          <Chip key={tone} tone={tone}>
            {tone}
          </Chip>
        ))}
        {ALL_TONES.map((tone) => (
          <Chip key={tone} tone={tone} onClick={() => undefined}>
            {tone}
          </Chip>
        ))}
      </Row>
      <Row>
        {(['online', 'offline', 'waiting', 'failed'] as const).map((state) => (
          <span key={state}>
            <StatusDot state={state} label={state} /> {state}
          </span>
        ))}
      </Row>
      <Row>
        <Sparkline label="Round trip" values={[21, 22, 25, 23, 24, 60, 31, 25, 24, 22]} />
        <Sparkline label="Round trip" values={[]} />
        <Countdown until={SOON} />
        <Mono>relay.example.net:7474</Mono>
      </Row>
      <Card>
        <PairingWordChips words={['amber', 'violin', 'harbor', 'tundra']} />
      </Card>
    </div>
  );
}

function Notices(): ReactElement {
  return (
    <div className={styles['stack']}>
      {ALL_TONES.map((tone) => (
        <Banner key={tone} tone={tone} action={<Button size="small">Try now</Button>}>
          The relay does not answer. ClawReach keeps trying.
        </Banner>
      ))}
      <ErrorNotice
        error={new ClawReachError('pairing.wrong-code', 'wrong')}
        action={<Button size="small">New code</Button>}
        onDismiss={() => undefined}
      />
      <ErrorNotice error={new ClawReachError('some.future-code', 'The agent said something new.')} />
      <ErrorNotice error={new TypeError('x is undefined')} />
    </div>
  );
}

function Empty(): ReactElement {
  return (
    <EmptyState icon={<Monitor />} title="No machines yet" action={<Button variant="primary">Pair</Button>}>
      Pair this device with another one, and it shows here.
    </EmptyState>
  );
}

function OpenDialog(): ReactElement {
  const [open, setOpen] = useState(true);
  const [name, setName] = useState('office');
  return (
    <>
      <Button onClick={() => setOpen(true)}>Rename</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Rename office"
        description="The other device gets no notification."
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button variant="primary" onClick={() => setOpen(false)}>
              Rename
            </Button>
          </>
        }
      >
        <Field label="Name">
          <TextInput value={name} onChange={setName} />
        </Field>
      </Dialog>
    </>
  );
}

/** Opens a second dialog over the first, as the tray or a link may. */
function TwoDialogs(): ReactElement {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <OpenDialog />
      <button type="button" onClick={() => setAsks(true)} data-ask>
        Ask
      </button>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title="Pair with another machine"
        actions={<Button onClick={() => setAsks(false)}>Cancel</Button>}
      >
        <Field label="Code">
          <TextInput value="" onChange={() => undefined} />
        </Field>
      </Dialog>
    </>
  );
}

function Popups(): ReactElement {
  return (
    <Row>
      <Menu
        label="More actions for office"
        trigger={<IconButton label="More" icon={<Ellipsis />} />}
        items={[
          { label: 'Rename', icon: <Pencil />, onSelect: () => undefined },
          { label: 'Copy name', icon: <Copy />, onSelect: () => undefined, disabled: true },
          'separator',
          { label: 'Remove', icon: <Trash2 />, onSelect: () => undefined, tone: 'danger' },
        ]}
      />
      <Popover label="Path to office" trigger={<Chip tone="info">Relay</Chip>}>
        Through <Mono>relay.example.net:7474</Mono>, which can neither read nor forge it.
      </Popover>
      <Tooltip content="What this is about.">
        <IconButton label="Help" icon={<CircleHelp />} />
      </Tooltip>
    </Row>
  );
}

function Rows(): ReactElement {
  const actions = [
    { label: 'Open a terminal', icon: <SquareTerminal />, onSelect: () => undefined },
    { label: 'Send files', icon: <FolderInput />, onSelect: () => undefined },
  ];
  const menu = [{ label: 'Rename', icon: <Pencil />, onSelect: () => undefined }];
  return (
    <div className={styles['stack']}>
      <RowList label="Machines">
        <ListRow
          lead={<StatusDot state="online" label="Online" />}
          title="nas"
          detail="Debian 12"
          note="2 terminals"
          actions={actions}
          menu={menu}
          menuLabel="More actions for nas"
          onOpen={() => undefined}
        >
          <Sparkline label="Round trip" values={[2, 1.4, 1.8, 1.2, 3, 1.4]} />
          1.4 ms
        </ListRow>
        <ListRow
          lead={<StatusDot state="online" label="Online" />}
          title="office"
          detail="Ubuntu 24.04"
          note="1 transfer, 62 %"
          actions={actions}
          menuLabel="More actions for office"
          onOpen={() => undefined}
          current
        />
        <ListRow
          lead={<StatusDot state="offline" label="Offline" />}
          title="workshop-pc"
          detail="Asleep since 22:40"
          tail={
            <Button size="small" variant="quiet" icon={<Power />}>
              Wake
            </Button>
          }
          onOpen={() => undefined}
        />
        <ListRow title="A row that doesn’t open" note="today" />
      </RowList>
      <RowSkeleton label="Loading machines" rows={2} />
    </div>
  );
}

const RIGHTS = [
  { value: 'allow', label: 'Allow', tone: 'good' },
  { value: 'ask', label: 'Ask' },
  { value: 'deny', label: 'Deny', tone: 'bad' },
] as const;

function SegmentRows(): ReactElement {
  const [terminals, setTerminals] = useState<'allow' | 'ask' | 'deny'>('allow');
  const [files, setFiles] = useState<'allow' | 'ask' | 'deny'>('ask');
  const [ports, setPorts] = useState<'allow' | 'ask' | 'deny'>('deny');
  return (
    <div className={styles['stack']}>
      <Segments label="Terminals" value={terminals} options={RIGHTS} onChange={setTerminals} />
      <Segments label="Files" value={files} options={RIGHTS} onChange={setFiles} />
      <Segments label="Ports" value={ports} options={RIGHTS} onChange={setPorts} />
      <Segments<'allow' | 'ask' | 'deny'>
        label="Fixed"
        value="ask"
        options={RIGHTS}
        onChange={() => undefined}
        disabled
      />
    </div>
  );
}

function Strips(): ReactElement {
  return (
    <div className={styles['stack']}>
      <ConnectionStrip state="online" title="office">
        Direct · 2.1 ms <Sparkline label="Round trip" values={[2, 2.1, 2, 5, 2.2, 2.1]} />
      </ConnectionStrip>
      <ConnectionStrip
        state="waiting"
        title="office doesn’t answer, 4 s"
        action={<Button size="small">Try now</Button>}
      />
      <ConnectionStrip state="failed" title="npm test ended with code 1" action="Enter starts a shell" />
      <ConnectionStrip state="offline" title="workshop-pc is asleep" />
      <Row>
        <KeyCaps keys="Ctrl K" />
        <KeyCaps keys="A" />
        <KeyCaps keys="Enter" />
      </Row>
    </div>
  );
}

const LAPTOP = { name: 'laptop', address: '192.168.1.10', icon: <Monitor /> };
const OFFICE = { name: 'office', address: '203.0.113.84', icon: <Monitor /> };
const RELAY = { name: 'Relay', icon: <Radio /> };

function Links(): ReactElement {
  return (
    <div className={styles['stack']}>
      <LinkDrawing
        text="laptop reaches office directly in 2.1 ms. The relay stands by at 34 ms."
        from={LAPTOP}
        to={OFFICE}
        line={{ state: 'used', label: 'Direct · 2.1 ms' }}
        standby={{ node: RELAY, label: 'Relay stands by · 34 ms' }}
      />
      <LinkDrawing
        text="laptop reaches office via nas in 6.8 ms."
        from={LAPTOP}
        to={OFFICE}
        line={{ state: 'used', label: 'Via nas · 6.8 ms', via: [{ name: 'nas', icon: <HardDrive /> }] }}
        draws
      />
      <LinkDrawing
        text="The link to office is sealed, and not confirmed."
        from={LAPTOP}
        to={OFFICE}
        line={{ state: 'standby', label: 'Encrypted, not confirmed', mark: <Lock aria-hidden="true" /> }}
      />
      <LinkDrawing
        text="office doesn’t answer over the relay."
        from={LAPTOP}
        to={OFFICE}
        line={{ state: 'failing', label: 'No answer for 4 s', via: [{ name: 'Relay', icon: <Unplug /> }] }}
      />
    </div>
  );
}

function Fans(): ReactElement {
  return (
    <div className={styles['stack']}>
      <LinkFan
        label="Machines in this network"
        from={{ ...LAPTOP, address: 'this machine' }}
        targets={[
          {
            id: 'office',
            node: { ...OFFICE, address: '192.168.1.20 · 2 ms' },
            state: 'standby',
            action: <Button variant="primary">Pair</Button>,
          },
          {
            id: 'nas',
            node: { name: 'nas', address: '192.168.1.4 · 1 ms', icon: <HardDrive /> },
            state: 'standby',
            action: <Button>Pair</Button>,
          },
        ]}
      />
      <LinkFan
        label="The relay doesn’t answer. office is linked directly. Five machines wait for the relay."
        from={{ ...LAPTOP, address: undefined }}
        targets={[
          {
            id: 'waiting',
            node: { name: '5 wait', icon: <CircleDashed /> },
            state: 'failing',
            via: { name: 'relay', icon: <Unplug /> },
          },
          { id: 'office', node: { ...OFFICE, address: '2.1 ms' }, state: 'used' },
        ]}
      />
    </div>
  );
}

function Type(): ReactElement {
  return (
    <div className={styles['type']}>
      <p className={styles['display']}>Reach your machines.</p>
      <p className={styles['title']}>Page title</p>
      <p className={styles['message']}>Messages and answers</p>
      <p className={styles['name']}>Name of a row</p>
      <p>Body text, figures 0123456789, Österreich, 机器</p>
      <p className={styles['secondary']}>Secondary text</p>
      <p>
        <Mono>rsync -a --delete /srv/photos/ backup: != =&gt; ==</Mono>
      </p>
    </div>
  );
}
