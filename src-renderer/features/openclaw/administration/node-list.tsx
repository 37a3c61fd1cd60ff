import { ChevronRight } from 'lucide-react';
import { memo, useCallback, useDeferredValue, useId, useMemo, useState, type ReactElement } from 'react';
import type { GatewayNodeView, GatewayView } from '#shared/app-api/index.ts';
import { text, useLanguage } from '../../../locale/index.ts';
import { navigate, notify, useCall } from '../../../store/index.ts';
import {
  Button,
  Caution,
  Chip,
  ConfirmDialog,
  CopyButton,
  ErrorNotice,
  Mono,
  StatusDot,
  UntrustedText,
  quoteUntrusted,
  showHidden,
  useNow,
} from '../../../ui/index.ts';
import styles from './administration.module.css';
import { NameDialog } from './device-dialog.tsx';
import { seenText } from './device-list.tsx';
import { HostUsage } from './host-usage.tsx';
import { fetchNodes } from './fetch.ts';
import { ListFrame } from './list-frame.tsx';
import { isWaiting, searchNodes, platformText, type NodeFilter } from './search-rows.ts';
import { approveCommand } from '../gateways/gateway-status.ts';
import { useList } from './use-list.ts';

type NodeAction = 'rename' | 'remove';
type Open = Readonly<{ action: NodeAction; node: GatewayNodeView }>;

/**
 * Tab with the nodes that the gateway knows, loaded through the agent. A row expands to commands and load of the machine; buttons rename or remove
 * the node through the agent, copy the command that approves it, or open the page of requests.
 */
export function NodeList({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const loaded = useList(fetchNodes, gateway.id);
  const now = useNow();
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<NodeFilter>('all');
  const [expanded, setExpanded] = useState<string>();
  const [dialog, setDialog] = useState<Open>();
  const wanted = useDeferredValue(query);
  const shown = useMemo(() => searchNodes(loaded.rows ?? [], wanted, filter), [loaded.rows, wanted, filter]);
  const act = useCallback((action: NodeAction, node: GatewayNodeView) => setDialog({ action, node }), []);
  const toggle = useCallback((nodeId: string) => setExpanded((before) => (before === nodeId ? undefined : nodeId)), []);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ListFrame
        label={text('gateways.administration.nodes')}
        loading={text('gateways.nodes.loading')}
        empty={text('gateways.nodes.none')}
        loaded={loaded}
        shown={shown.length}
        query={query}
        filter={filter}
        filters={(['all', 'connected', 'waiting'] as const).map((value) => ({
          value,
          label: text(`gateways.nodes.filter.${value}`),
        }))}
        onQuery={setQuery}
        onFilter={setFilter}
      >
        {shown.map((node) => (
          <NodeRow
            key={node.nodeId}
            node={node}
            now={now}
            expanded={expanded === node.nodeId}
            onToggle={toggle}
            onAct={act}
          />
        ))}
      </ListFrame>
      {dialog?.action === 'rename' && (
        <RenameNode gateway={gateway} node={dialog.node} onDone={loaded.reload} onClose={close} />
      )}
      {dialog?.action === 'remove' && (
        <RemoveNode gateway={gateway} node={dialog.node} onDone={loaded.reload} onClose={close} />
      )}
    </>
  );
}

type NodeRowProps = Readonly<{
  node: GatewayNodeView;
  now: number;
  expanded: boolean;
  onToggle(nodeId: string): void;
  onAct(action: NodeAction, node: GatewayNodeView): void;
}>;

const TONES = {
  unapproved: 'neutral',
  'pending-approval': 'warning',
  'pending-reapproval': 'warning',
  approved: 'good',
} as const;

const NodeRow = memo(function NodeRow({ node, now, expanded, onToggle, onAct }: NodeRowProps): ReactElement {
  useLanguage();
  const id = useId();
  return (
    <li className={styles['row']} data-node={node.nodeId}>
      <button
        type="button"
        className={styles['line']}
        aria-expanded={expanded}
        aria-controls={id}
        onClick={() => onToggle(node.nodeId)}
      >
        <StatusDot
          state={node.connected ? 'online' : 'offline'}
          label={text(node.connected ? 'gateways.connected' : 'gateways.not-connected')}
        />
        <span className={styles['who']}>
          <span className={styles['name']}>
            <UntrustedText>{node.name}</UntrustedText>
          </span>
          <span className={styles['about']}>
            {[platformText(node.platform), node.connected ? text('gateways.connected') : seenText(node.lastSeenAt, now)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        <span className={styles['chips']}>
          {node.self && <Chip tone="info">{text('gateways.self')}</Chip>}
          <Chip tone={TONES[node.approval]}>{text(`gateways.node.${node.approval}`)}</Chip>
        </span>
        <ChevronRight className={styles[expanded ? 'open' : 'closed']} aria-hidden="true" />
      </button>
      <div id={id} hidden={!expanded}>
        {expanded && <NodeDetails node={node} onAct={onAct} />}
      </div>
    </li>
  );
});

function NodeDetails({ node, onAct }: Pick<NodeRowProps, 'node' | 'onAct'>): ReactElement {
  const command = approveCommand('nodes', node.requestId);
  return (
    <div className={styles['details']}>
      {isWaiting(node) && (
        <Caution>{text(`gateways.node.${node.approval}.text` as 'gateways.node.pending-approval.text')}</Caution>
      )}
      <dl className={styles['facts']}>
        <dt>{text('gateways.node.id')}</dt>
        <dd>
          <Mono>
            <UntrustedText>{node.nodeId}</UntrustedText>
          </Mono>
        </dd>
        {node.version !== null && (
          <>
            <dt>{text('gateways.node.version')}</dt>
            <dd>
              <UntrustedText>{node.version}</UntrustedText>
            </dd>
          </>
        )}
        <dt>{text('gateways.node.commands')}</dt>
        <dd>
          <Names names={node.commands} />
        </dd>
        {node.waitingCommands.length > 0 && (
          <>
            <dt>{text('gateways.node.waiting')}</dt>
            <dd>
              <Names names={node.waitingCommands} />
            </dd>
          </>
        )}
      </dl>
      {node.host !== null && <HostUsage host={node.host} />}
      <div className={styles['buttons']}>
        {isWaiting(node) && (
          <Button size="small" variant="primary" onClick={() => navigate({ page: 'inbox' })}>
            {text('gateways.requests.look')}
          </Button>
        )}
        {command !== null && <CopyButton value={command} label={text('gateways.copy.command')} />}
        <Button size="small" onClick={() => onAct('rename', node)}>
          {text('gateways.device.rename')}
        </Button>
        <Button size="small" onClick={() => onAct('remove', node)}>
          {text('gateways.node.remove')}
        </Button>
      </div>
    </div>
  );
}

function Names({ names }: Readonly<{ names: readonly string[] }>): ReactElement {
  if (names.length === 0) return <>{text('gateways.none')}</>;
  return (
    <span className={styles['names']}>
      {names.map((name) => (
        <Mono key={name}>{showHidden(name)}</Mono>
      ))}
    </span>
  );
}

type NodeDialogProps = Readonly<{ gateway: GatewayView; node: GatewayNodeView; onDone(): void; onClose(): void }>;

function RenameNode({ gateway, node, onDone, onClose }: NodeDialogProps): ReactElement {
  const rename = useCall('nodes.rename');
  return (
    <NameDialog
      title={text('gateways.device.rename.title', { name: quoteUntrusted(node.name) })}
      hint={text('gateways.device.rename.hint')}
      name={node.name}
      busy={rename.busy}
      error={rename.error !== undefined && <ErrorNotice error={rename.error} onDismiss={rename.reset} />}
      onApply={async (name) => {
        if ((await rename.run({ gateway: gateway.id, node: node.nodeId, name })) === undefined) return;
        onDone();
        onClose();
      }}
      onClose={onClose}
    />
  );
}

function RemoveNode({ gateway, node, onDone, onClose }: NodeDialogProps): ReactElement {
  const remove = useCall('nodes.remove', { outlives: true });
  const name = quoteUntrusted(node.name);
  const apply = async (): Promise<void> => {
    if ((await remove.run({ gateway: gateway.id, node: node.nodeId })) === undefined) return;
    notify({ tone: 'good', text: text('gateways.node.remove.done', { name }) });
    onDone();
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text('gateways.node.remove.title', { name })}
      apply={text('gateways.node.remove')}
      call={remove}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('gateways.node.remove.text', { name })}</p>
      <Caution>{node.self && text('gateways.device.is-self')}</Caution>
    </ConfirmDialog>
  );
}
