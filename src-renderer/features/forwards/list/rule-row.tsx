import { ChevronRight, Ellipsis, MoveRight, Pencil, RotateCw, Trash2, TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { ForwardConnectionView, ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyForward, notify, useCall } from '../../../store/index.ts';
import {
  Button,
  CopyButton,
  ErrorNotice,
  IconButton,
  Menu,
  Mono,
  Spinner,
  StatusDot,
  Switch,
  UntrustedText,
  formatAgo,
  quoteUntrusted,
  useNow,
  formatBytes,
} from '../../../ui/index.ts';
import { UpstreamList } from './upstream-list.tsx';
import { ConnectionList } from './connection-list.tsx';
import { listensElsewhere } from '../form/kinds.ts';
import { KeyNote, ProblemNote } from '../problems/problem-note.tsx';
import { formatRate } from './quantities.ts';
import styles from './rule-row.module.css';
import { describeKind, describeRoute, peerText } from './rule-text.ts';
import { DOTS, hasUnreportedKey, forwardStatus } from './forward-status.ts';

/** Dialogs that a row opens. */
export type RuleDialogKind = 'edit' | 'remove' | 'host-key';

export type RuleRowProps = Readonly<{
  forward: ForwardView;
  /** Open connections of this forward; undefined before they are loaded. */
  connections: readonly ForwardConnectionView[] | undefined;
  /** Opens a dialog for this forward. */
  onOpen(dialog: RuleDialogKind, forward: ForwardView): void;
}>;

/**
 * Row of one forward: switch, name, status, address to copy, route, traffic, problems and open connections. The person turns it on or off and
 * restarts it through the agent, or opens a dialog that edits or removes it or decides about an SSH server's key.
 */
export function RuleRow({ forward, connections, onOpen }: RuleRowProps): ReactElement {
  const id = useId();
  const enable = useCall('forwards.enable');
  const restart = useCall('forwards.restart');
  const [wanted, setWanted] = useState<boolean>();
  const [expanded, setExpanded] = useState(false);
  const { rule, problem } = forward;
  const name = quoteUntrusted(rule.name);
  const status = forwardStatus(forward);
  const route = describeRoute(forward);
  const error = enable.error ?? restart.error;

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
    if (view.state === 'ready') notify({ tone: 'good', text: text('forwards.news.ready', { name }) });
  };

  // The proposed name may equal the kind.
  const kind = describeKind(forward);
  return (
    <li className={styles['row']} aria-labelledby={id} data-forward={forward.id} data-state={forward.state}>
      <div className={styles['line']}>
        <div className={styles['switch']}>
          <Switch
            label={text('forwards.switch', { name })}
            hideLabel
            checked={wanted ?? rule.enabled}
            onChange={(enabled) => void turn(enabled)}
          />
        </div>
        <div className={styles['who']}>
          <h2 id={id} className={styles['name']}>
            <UntrustedText>{rule.name}</UntrustedText>
          </h2>
          {kind !== rule.name && <span className={styles['kind']}>{kind}</span>}
        </div>
        <p className={styles['state']}>
          <StatusDot state={DOTS[status]} label="" />
          {text(`forwards.state.${status}`)}
        </p>
        <div className={styles['actions']}>
          {forward.url !== null ? (
            <CopyButton value={forward.url} label={text('forwards.copy.url')} />
          ) : (
            forward.address !== null &&
            !listensElsewhere(rule) && <CopyButton value={forward.address} label={text('forwards.copy.address')} />
          )}
          <IconButton
            label={text('forwards.restart.of', { name })}
            icon={<RotateCw aria-hidden="true" />}
            busy={restart.busy}
            disabled={!rule.enabled}
            onClick={() => void begin()}
          />
          <Menu
            label={text('forwards.more', { name })}
            trigger={<IconButton label={text('forwards.more', { name })} icon={<Ellipsis aria-hidden="true" />} />}
            items={[
              { label: text('forwards.edit'), icon: <Pencil />, onSelect: () => onOpen('edit', forward) },
              {
                label: text('forwards.restart'),
                icon: <RotateCw />,
                disabled: !rule.enabled,
                onSelect: () => void begin(),
              },
              'separator',
              {
                label: text('forwards.remove'),
                icon: <Trash2 />,
                tone: 'danger',
                onSelect: () => onOpen('remove', forward),
              },
            ]}
          />
        </div>
      </div>
      <div className={styles['below']}>
        <p className={styles['route']}>
          <Mono>
            <bdi>{route.from}</bdi>
          </Mono>
          <MoveRight aria-hidden="true" />
          <span className="visually-hidden">→</span>
          <span>
            <bdi>{route.to}</bdi>
          </span>
        </p>
        <Traffic forward={forward} expanded={expanded} onExpand={() => setExpanded(!expanded)} panel={`${id}-list`} />
      </div>
      {forward.open && (
        <p className={styles['warning']}>
          <TriangleAlert aria-hidden="true" />
          {listensElsewhere(rule)
            ? text('forwards.open.there', { peer: peerText(forward.peerName) })
            : text('forwards.open.warning')}
        </p>
      )}
      {problem !== null && (
        <ProblemNote
          forward={forward}
          problem={problem}
          onEdit={() => onOpen('edit', forward)}
          onHostKey={() => onOpen('host-key', forward)}
        />
      )}
      {forward.hostKey !== null && hasUnreportedKey(forward) && (
        <KeyNote hostKey={forward.hostKey} onHostKey={() => onOpen('host-key', forward)} />
      )}
      <UpstreamList forward={forward} />
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            enable.reset();
            restart.reset();
          }}
        />
      )}
      <div id={`${id}-list`} hidden={!expanded} className={styles['connections']}>
        {expanded && <Connections name={name} connections={connections} />}
      </div>
    </li>
  );
}

/** Shows the time of the latest WireGuard handshake that both ends completed, which proves that their keys match. */
function Handshake({ forward }: Readonly<{ forward: ForwardView }>): ReactElement | null {
  const now = useNow();
  const { rule, state, handshakeAt } = forward;
  if (rule.kind !== 'wg-proxy' || state === 'off' || state === 'failed') return null;
  return (
    <span className={styles['totals']} data-figure="handshake">
      {handshakeAt === null
        ? text('forwards.handshake.none')
        : text('forwards.handshake', { ago: formatAgo(handshakeAt, now) })}
    </span>
  );
}

/** Shows the traffic and the number of connections. Screen readers don't announce the figures, because they change all the time. */
function Traffic({
  forward,
  expanded,
  onExpand,
  panel,
}: Readonly<{ forward: ForwardView; expanded: boolean; onExpand(): void; panel: string }>): ReactElement {
  const { bytesIn, bytesOut, rateIn, rateOut, connections, rule } = forward;
  const moves = rateIn > 0 || rateOut > 0;
  return (
    <div
      className={styles['traffic']}
      role="group"
      aria-label={text('forwards.traffic', { name: quoteUntrusted(rule.name) })}
      aria-live="off"
    >
      <Handshake forward={forward} />
      {moves && (
        <span className={styles['rates']} data-figure="rate">
          <Figure arrow="↓" word={text('forwards.in')} value={formatRate(rateIn)} />
          <Figure arrow="↑" word={text('forwards.out')} value={formatRate(rateOut)} />
        </span>
      )}
      {bytesIn + bytesOut > 0 ? (
        <span className={styles['totals']} data-figure="total">
          {text('forwards.total', { bytesIn: formatBytes(bytesIn), bytesOut: formatBytes(bytesOut) })}
        </span>
      ) : (
        forward.state === 'ready' && <span className={styles['totals']}>{text('forwards.no-traffic')}</span>
      )}
      <Button
        className={styles['count']}
        size="small"
        variant="quiet"
        icon={<ChevronRight className={expanded ? styles['open'] : undefined} aria-hidden="true" />}
        aria-expanded={expanded}
        aria-controls={panel}
        onClick={onExpand}
      >
        {text('forwards.connections', { count: connections })}
      </Button>
    </div>
  );
}

function Figure({ arrow, word, value }: Readonly<{ arrow: string; word: string; value: string }>): ReactElement {
  return (
    <span className={styles['figure']}>
      <span aria-hidden="true">{arrow}</span> {value} <span className="visually-hidden">{word}</span>
    </span>
  );
}

function Connections({
  name,
  connections,
}: Readonly<{ name: string; connections: readonly ForwardConnectionView[] | undefined }>): ReactElement {
  if (connections === undefined) return <Spinner label={text('forwards.connection.loading')} />;
  if (connections.length === 0) return <p className={styles['none']}>{text('forwards.connection.none')}</p>;
  return <ConnectionList label={text('forwards.connection.list', { name })} connections={connections} />;
}
