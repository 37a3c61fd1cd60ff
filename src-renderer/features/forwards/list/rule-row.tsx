import { Activity, Copy, Ellipsis, ExternalLink, Pencil, RotateCw, Trash2, TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { ForwardConnectionView, ForwardView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { applyForward, notify, openLink, useApi, useApp, useCall } from '../../../store/index.ts';
import {
  Button,
  ErrorNotice,
  IconButton,
  Menu,
  Spinner,
  Switch,
  UntrustedText,
  classes,
  formatAgo,
  formatBytes,
  quoteUntrusted,
  useNow,
  type MenuItem,
} from '../../../ui/index.ts';
import { goalOf } from '../form/goals.ts';
import { GOAL_ICONS, KIND_ICONS } from '../form/kind-icons.ts';
import { formKindOf, listensElsewhere } from '../form/kinds.ts';
import { KeyNote, ProblemText, RemedyButton } from '../problems/problem-note.tsx';
import { ConnectionList } from './connection-list.tsx';
import { explainForward, hasUnreportedKey, remedyOf, type ForwardStatus } from './forward-status.ts';
import { ForwardAddress } from './forward-address.tsx';
import { addressOf, describeMeaning } from './meaning.ts';
import { pageAddressOf } from './page-address.ts';
import { ProxyHelp } from './proxy-help.tsx';
import { proxySettingsOf } from './proxy-settings.ts';
import { formatRate } from './quantities.ts';
import { asksBeforeRemoval } from './remove-at-once.ts';
import styles from './rule-row.module.css';
import { peerText } from './rule-text.ts';
import { UpstreamList } from './upstream-list.tsx';
import { useStatusOf } from './use-status-of.ts';
import { openViewer, viewerOf } from './viewer.ts';

/** Dialogs that a row opens. */
export type RuleDialogKind = 'edit' | 'remove' | 'host-key';

export type RuleRowProps = Readonly<{
  forward: ForwardView;
  /** Open connections of this forward; undefined before they are loaded. */
  connections: readonly ForwardConnectionView[] | undefined;
  /** Opens a dialog for this forward, or removes it at once if that asks nothing. */
  onOpen(dialog: RuleDialogKind, forward: ForwardView): void;
}>;

/**
 * Row of one forward: switch, name, meaning, address, traffic, and one button that opens it, copies its address or solves its problem. The person
 * turns it on or off and restarts it through the agent, or opens a dialog that edits or removes it. Traffic unfolds the open connections.
 */
export function RuleRow({ forward, connections, onOpen }: RuleRowProps): ReactElement {
  const id = useId();
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const all = useApp((state) => state.forwards);
  const enable = useCall('forwards.enable');
  const restart = useCall('forwards.restart');
  const [wanted, setWanted] = useState<boolean>();
  const [expanded, setExpanded] = useState(false);
  const [isSettingUp, setSettingUp] = useState(false);
  const { rule, problem, address } = forward;
  const name = quoteUntrusted(rule.name);
  const statusOf = useStatusOf();
  const status = statusOf(forward);
  const isEnabled = wanted ?? rule.enabled;
  const error = enable.error ?? restart.error;
  const goal = goalOf(rule);
  const Icon = goal === undefined ? KIND_ICONS[formKindOf(rule)] : GOAL_ICONS[goal];
  const isOn = forward.state === 'ready' || forward.state === 'waiting';
  const page = pageAddressOf(forward, all, facts?.platform);
  const pageUrl = isOn && address !== null ? page?.url : undefined;
  const viewer = isOn && address !== null ? viewerOf(forward, facts) : undefined;
  // The address on another machine is for its browsers.
  const there = rule.kind === 'folder' && isOn && address !== null ? addressOf(forward).address : null;
  const url = pageUrl ?? forward.url ?? (listensElsewhere(rule) ? there : null);
  const copied = url ?? (listensElsewhere(rule) ? null : address);
  const proxy = isOn ? proxySettingsOf(forward, facts?.platform) : undefined;
  // A taken port is solved in the row's own line.
  const remedy = remedyOf(forward).kind;
  const hasRemedy = remedy !== 'none';
  const hasSetUp = pageUrl === undefined && proxy !== undefined;
  const isTaken = problem !== null && remedy === 'free-port';

  const turn = async (enabled: boolean): Promise<void> => {
    setWanted(enabled);
    const view = await enable.run({ id: forward.id, enabled });
    if (view !== undefined) applyForward(view);
    setWanted((latest) => (latest === enabled ? undefined : latest));
  };
  const begin = async (): Promise<void> => {
    const view = await restart.run({ id: forward.id });
    if (view === undefined) return;
    applyForward(view);
    // The row shows a problem.
    if (statusOf(view) === 'ready') notify({ tone: 'good', text: text('forwards.news.ready', { name }) });
  };
  const open = (url: string): void => {
    openLink(api, facts, url).catch((failure: unknown) => notify({ tone: 'bad', text: explain(failure).what }));
  };
  const copy = (value: string): void => {
    navigator.clipboard.writeText(value).then(
      () => notify({ tone: 'good', text: text('ui.copied') }),
      (failure: unknown) => notify({ tone: 'bad', text: explain(failure).what }),
    );
  };

  const items: readonly MenuItem[] = [
    ...(pageUrl === undefined
      ? []
      : [{ label: text('forwards.open'), icon: <ExternalLink />, onSelect: () => open(pageUrl) }]),
    ...(viewer === undefined
      ? []
      : [{ label: text('forwards.open'), icon: <ExternalLink />, onSelect: () => void openViewer(api, viewer) }]),
    ...(copied === null
      ? []
      : [
          {
            label: text(url === null ? 'forwards.copy.address' : 'forwards.copy.url'),
            icon: <Copy />,
            onSelect: () => copy(copied),
          },
        ]),
    {
      label: text(expanded ? 'forwards.details.hide' : 'forwards.details.show'),
      icon: <Activity />,
      onSelect: () => setExpanded(!expanded),
    },
    { label: text('forwards.edit'), icon: <Pencil />, onSelect: () => onOpen('edit', forward) },
    {
      label: text('forwards.restart'),
      icon: <RotateCw />,
      disabled: !rule.enabled,
      onSelect: () => void begin(),
    },
    'separator',
    {
      label: text(asksBeforeRemoval(forward) ? 'forwards.remove' : 'forwards.remove.apply'),
      icon: <Trash2 />,
      tone: 'danger',
      onSelect: () => onOpen('remove', forward),
    },
  ];
  return (
    <li className={styles['row']} aria-labelledby={id} data-forward={forward.id} data-state={forward.state}>
      <div className={styles['line']}>
        <div className={styles['switch']}>
          <Switch
            label={text('forwards.switch', { name })}
            hideLabel
            checked={isEnabled}
            failing={
              status === 'failed' ||
              status === 'problem' ||
              status === 'deny' ||
              (status === 'waiting' && problem !== null)
            }
            onChange={(enabled) => void turn(enabled)}
          />
        </div>
        <span className={styles['tile']}>
          <Icon aria-hidden="true" />
        </span>
        <div className={styles['words']}>
          <h3 id={id} className={styles['name']}>
            <UntrustedText>{rule.name}</UntrustedText>
          </h3>
          <span className="visually-hidden">{text(`forwards.state.${status}`)}</span>
          {isTaken ? (
            <p className={classes(styles['meaning'], styles['taken'])} data-code={problem.code}>
              <bdi>{explainForward(problem).what}</bdi>
            </p>
          ) : (
            <p className={styles['meaning']}>
              <bdi>{describeMeaning(forward, all)}</bdi>
            </p>
          )}
        </div>
        <p className={classes(styles['address'], !isEnabled && styles['off'])}>
          <ForwardAddress forward={forward} />
          {isOn && copied !== null && (
            <IconButton
              size="small"
              label={text(url === null ? 'forwards.copy.address' : 'forwards.copy.url')}
              icon={<Copy aria-hidden="true" />}
              onClick={() => copy(copied)}
            />
          )}
        </p>
        <Traffic
          forward={forward}
          status={status}
          expanded={expanded}
          onExpand={() => setExpanded(!expanded)}
          panel={`${id}-list`}
        />
        <div className={classes(styles['actions'], (hasRemedy || hasSetUp) && styles['below'])}>
          {hasRemedy ? (
            <RemedyButton
              forward={forward}
              onEdit={() => onOpen('edit', forward)}
              onHostKey={() => onOpen('host-key', forward)}
            />
          ) : pageUrl !== undefined ? (
            <Button
              size="small"
              aria-label={text('forwards.open.of', { name })}
              onClick={() => {
                open(pageUrl);
              }}
            >
              {text('forwards.open')}
            </Button>
          ) : viewer !== undefined ? (
            <Button
              size="small"
              aria-label={text('forwards.open.of', { name })}
              onClick={() => void openViewer(api, viewer)}
            >
              {text('forwards.open')}
            </Button>
          ) : (
            proxy !== undefined && (
              <Button
                size="small"
                aria-label={text('forwards.proxy.set-up.of', { name })}
                aria-expanded={isSettingUp}
                aria-controls={`${id}-set-up`}
                onClick={() => setSettingUp(!isSettingUp)}
              >
                {text('forwards.proxy.set-up')}
              </Button>
            )
          )}
          <Menu
            label={text('forwards.more', { name })}
            trigger={
              <IconButton size="small" label={text('forwards.more', { name })} icon={<Ellipsis aria-hidden="true" />} />
            }
            items={items}
          />
        </div>
      </div>
      {problem !== null && !isTaken && <ProblemText forward={forward} problem={problem} />}
      {forward.open && (
        <p className={styles['warning']}>
          <TriangleAlert aria-hidden="true" />
          {listensElsewhere(rule)
            ? text('forwards.open.there', { peer: peerText(forward.peerName) })
            : text('forwards.open.warning')}
        </p>
      )}
      {forward.hostKey !== null && hasUnreportedKey(forward) && (
        <KeyNote hostKey={forward.hostKey} onHostKey={() => onOpen('host-key', forward)} />
      )}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            enable.reset();
            restart.reset();
          }}
        />
      )}
      {proxy !== undefined && (
        <div id={`${id}-set-up`} hidden={!isSettingUp} className={styles['details']}>
          {isSettingUp && (
            <ProxyHelp
              settings={proxy}
              isTesting={expanded}
              panel={`${id}-list`}
              onTest={() => setExpanded(!expanded)}
            />
          )}
        </div>
      )}
      <div id={`${id}-list`} hidden={!expanded} className={styles['details']}>
        {expanded && (
          <>
            <Totals forward={forward} />
            <UpstreamList forward={forward} />
            <Connections name={name} connections={connections} />
          </>
        )}
      </div>
    </li>
  );
}

/** Shows the current traffic in one line, as a button that unfolds the details. Screen readers don't announce its changes. */
function Traffic({
  forward,
  status,
  expanded,
  onExpand,
  panel,
}: Readonly<{
  forward: ForwardView;
  status: ForwardStatus;
  expanded: boolean;
  onExpand(): void;
  panel: string;
}>): ReactElement {
  const now = useNow();
  const { rateIn, rateOut, connections, rule, state, handshakeAt } = forward;
  const rates = [
    ...(rateIn > 0 ? [`↓ ${formatRate(rateIn)}`] : []),
    ...(rateOut > rateIn ? [`↑ ${formatRate(rateOut)}`] : []),
  ];
  const count = connections > 0 ? [text('forwards.open-count', { count: connections })] : [];
  const shown = [...rates, ...count];
  const rest =
    rule.kind === 'wg-proxy' && (state === 'ready' || state === 'waiting')
      ? handshakeAt === null
        ? text('forwards.handshake.none')
        : text('forwards.handshake', { ago: formatAgo(handshakeAt, now) })
      : text(`forwards.quiet.${status}`);
  return (
    <div
      className={styles['traffic']}
      role="group"
      aria-label={text('forwards.traffic', { name: quoteUntrusted(rule.name) })}
      aria-live="off"
    >
      {rule.enabled && state !== 'failed' && (
        <button
          type="button"
          className={styles['figures']}
          aria-expanded={expanded}
          aria-controls={panel}
          onClick={onExpand}
        >
          <span aria-hidden="true">{shown.length === 0 ? rest : shown.join(' · ')}</span>
          <span className="visually-hidden">{text('forwards.connections', { count: connections })}</span>
        </button>
      )}
    </div>
  );
}

/** Shows the bytes that the forward has carried since it was started. */
function Totals({ forward }: Readonly<{ forward: ForwardView }>): ReactElement {
  const { bytesIn, bytesOut } = forward;
  return (
    <p className={styles['totals']} data-figure="total">
      {bytesIn + bytesOut > 0
        ? text('forwards.total', { bytesIn: formatBytes(bytesIn), bytesOut: formatBytes(bytesOut) })
        : text('forwards.no-traffic')}
    </p>
  );
}

function Connections({
  name,
  connections,
}: Readonly<{ name: string; connections: readonly ForwardConnectionView[] | undefined }>): ReactElement {
  if (connections === undefined) return <Spinner label={text('forwards.connection.loading')} />;
  if (connections.length === 0) return <p className={styles['totals']}>{text('forwards.connection.none')}</p>;
  return <ConnectionList label={text('forwards.connection.list', { name })} connections={connections} />;
}
