import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useId, useState, type ReactElement } from 'react';
import type { GatewayHeartbeat, GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { IconButton, StatusDot, useNow } from '../../../ui/index.ts';
import { AdministrationButton } from '../administration/administration-button.tsx';
import { formatUptime, taskText } from '../prompts/heartbeat.ts';
import { LastError } from '../prompts/last-error.tsx';
import styles from './gateway-pane.module.css';
import { briefStatus, partsOf, stageOf, type GatewayPart } from './gateway-status.ts';
import { PartStatus } from './part-status.tsx';

export type GatewayStatusStripProps = Readonly<{
  gateway: GatewayView;
  /** Opens the dialog that edits the gateway. */
  onEdit(): void;
}>;

/**
 * Status of a gateway: a few words for each part that works, and cause and remedy of each one that doesn't. "Details" shows every part in full, with
 * the uptime. Tasks come from heartbeats that the agent sends while the strip is shown.
 */
export function GatewayStatusStrip({ gateway, onEdit }: GatewayStatusStripProps): ReactElement {
  const id = useId();
  const now = useNow(30_000);
  const [isOpen, setOpen] = useState(false);
  const isConnected = gateway.operator.state === 'connected';
  const heartbeat = useHeartbeat(gateway.id, isConnected);
  const parts = partsOf(gateway);
  const shown = parts.filter((part) => isOpen || briefStatus(gateway, part).kind === 'full');
  const hasBrief = parts.some((part) => briefStatus(gateway, part).kind === 'brief');
  const startedAt = gateway.server?.startedAt ?? null;
  const tasks = Math.max(0, heartbeat?.active_tasks ?? 0);
  return (
    <div className={styles['status-block']}>
      <div className={styles['strip']} hidden={!isOpen && !hasBrief}>
        {!isOpen && <BriefParts gateway={gateway} parts={parts} />}
        {tasks > 0 && <span className={styles['quiet']}>{taskText(tasks)}</span>}
        <span className={styles['strip-end']}>
          {isConnected && <AdministrationButton gateway={gateway} />}
          <IconButton
            size="small"
            label={text('gateways.details')}
            aria-expanded={isOpen}
            aria-controls={id}
            icon={isOpen ? <ChevronUp /> : <ChevronDown />}
            onClick={() => setOpen(!isOpen)}
          />
        </span>
      </div>
      <Stages gateway={gateway} />
      <dl id={id} className={styles['parts']} hidden={shown.length === 0}>
        {shown.map((part) => (
          <PartStatus key={part} gateway={gateway} part={part} onEdit={onEdit} />
        ))}
        {isOpen && isConnected && startedAt !== null && (
          <div className={styles['part']}>
            <dt className={styles['term']}>{text('prompts.heartbeat.uptime')}</dt>
            <dd className={styles['status']}>{formatUptime((now - startedAt) / 1000)}</dd>
          </div>
        )}
      </dl>
      <LastError heartbeat={heartbeat} />
    </div>
  );
}

function BriefParts({
  gateway,
  parts,
}: Readonly<{ gateway: GatewayView; parts: readonly GatewayPart[] }>): ReactElement | null {
  const brief = parts.flatMap((part) => {
    const status = briefStatus(gateway, part);
    return status.kind === 'brief' ? [{ part, words: status.words }] : [];
  });
  if (brief.length === 0) return null;
  return (
    <ul className={styles['brief']}>
      {brief.map(({ part, words }) => (
        <li key={part} data-part={part}>
          <StatusDot state="online" label="" />
          <span>{words}</span>
        </li>
      ))}
    </ul>
  );
}

/** Shows the two approvals that a new node needs as steps: first the device, then its commands. */
function Stages({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement | null {
  const stage = stageOf(gateway);
  if (stage === 'none' || stage === 'done') return null;
  return (
    <ol className={styles['stages']} aria-label={text('gateways.stages')}>
      <li aria-current={stage === 'device' ? 'step' : undefined} data-done={stage === 'commands'}>
        {text(stage === 'device' ? 'gateways.stage.device' : 'gateways.stage.device.done')}
      </li>
      <li aria-current={stage === 'commands' ? 'step' : undefined}>{text('gateways.stage.commands')}</li>
    </ol>
  );
}

/** Receives the gateway's heartbeats from the agent while the strip is shown and the gateway is connected. Null before the first. */
function useHeartbeat(gateway: string, isConnected: boolean): GatewayHeartbeat | null {
  const { run, cancel } = useCall('remote.watch');
  const [heartbeat, setHeartbeat] = useState<GatewayHeartbeat | null>(null);
  useEffect(() => {
    if (!isConnected) return undefined;
    void run(
      { target: null, gateway },
      {
        onProgress: (step) => {
          if (step.kind === 'heartbeat') setHeartbeat(step.heartbeat);
        },
      },
    );
    return () => {
      cancel();
      setHeartbeat(null);
    };
  }, [run, cancel, gateway, isConnected]);
  return heartbeat;
}
