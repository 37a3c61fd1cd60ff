import { Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { explainCode, joinList, joinSentences, text } from '../../../locale/index.ts';
import { openPairingAgain, useApp, useCall } from '../../../store/index.ts';
import { Button, LinkFan, RetryCountdown, StatusDot, quoteUntrusted, type LinkTarget } from '../../../ui/index.ts';
import { formatRoundTrip, MachineIcon } from '../../peers/index.ts';
import { StartHostedRelay } from '../../pairing/index.ts';
import { showSettings } from '../../settings/index.ts';
import { splitByRelay } from './split-by-relay.ts';
import { useOutage, useRemover } from './use-remover.ts';
import styles from './relay-away.module.css';

type RelayAwayProps = Readonly<{
  /** True without the drawing, beside a machine's page. */
  isCompact?: boolean;
  /** Peer ID of the machine whose page stands beside; undefined for none. That page tells its removal itself. */
  beside?: string | undefined;
  /** Opens a dialog of a machine. */
  onOpen(dialog: 'forget', machine: PeerView): void;
}>;

/** Most linked machines that the drawing shows; where there are more, the last row counts the others. */
const MOST_DRAWN = 3;

/**
 * Notice and drawing of a relay that can't be reached: which machines stay linked, how many wait, and when it is tried again. Buttons try at once
 * (`relay.ready`), start the relay here that the person has stopped, and open the settings of the relay. Renders nothing while the relay is online or none is set up.
 * Where the relay has refused this machine since a peer removed it, the peer's removal is told in place of the relay.
 */
export function RelayAway({ isCompact = false, beside, onOpen }: RelayAwayProps): ReactElement | null {
  const problem = useOutage();
  const remover = useRemover();
  if (problem === undefined) return null;
  if (remover !== undefined && remover.peerId === beside) return null;
  if (remover !== undefined) return <Removed remover={remover} isCompact={isCompact} onOpen={onOpen} />;
  return <Outage problem={problem} isCompact={isCompact} />;
}

type RemovedProps = Readonly<{ remover: PeerView; isCompact: boolean; onOpen: RelayAwayProps['onOpen'] }>;

/** Says that a peer has removed this machine, and the relay with it, and offers to pair them again or to remove the peer here, too. */
function Removed({ remover, isCompact, onOpen }: RemovedProps): ReactElement {
  const own = useApp((state) => state.status?.device.name);
  const name = quoteUntrusted(remover.name);
  return (
    <section className={styles['card']} aria-label={text('machines.outage.title')} data-outage="removed">
      {!isCompact && (
        <div className={styles['drawing']}>
          <LinkFan
            label={text('peers.forgot.news', { name })}
            from={{ name: own ?? '', icon: <MachineIcon /> }}
            targets={[{ id: remover.peerId, node: { name, icon: <MachineIcon of={remover} /> }, state: 'failing' }]}
          />
        </div>
      )}
      <div className={styles['words']} role="status">
        <h2 className={styles['title']}>
          <StatusDot state="waiting" label="" />
          {text('peers.forgot.news', { name })}
        </h2>
        <p>{text('machines.outage.removed')}</p>
        <div className={styles['actions']}>
          <Button variant="primary" size="small" onClick={() => openPairingAgain(name)}>
            {text('peers.forgot.pair')}
          </Button>
          <Button size="small" onClick={() => onOpen('forget', remover)}>
            {text('peers.action.forget')}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Outage({ problem, isCompact }: Readonly<{ problem: string; isCompact: boolean }>): ReactElement {
  const status = useApp((state) => state.status);
  const peers = useApp((state) => state.peers);
  const retry = useCall('relay.ready');
  const { linked, waiting } = splitByRelay(peers);
  const relay = status?.relay;
  const host =
    relay?.url !== null && relay?.url !== undefined && URL.canParse(relay.url) ? new URL(relay.url).host : '';
  const { what, next } = explainCode(problem, problem, { authority: host });
  const drawn = linked.length > MOST_DRAWN ? linked.slice(0, MOST_DRAWN - 1) : linked;
  const others = linked.length - drawn.length;
  const names = drawn.map(({ name }) => quoteUntrusted(name));
  const targets: readonly LinkTarget[] = [
    ...(waiting.length === 0
      ? []
      : [
          {
            id: 'waiting',
            node: { name: text('machines.outage.wait', { count: waiting.length }) },
            state: 'failing' as const,
            via: { name: text('machines.outage.relay'), icon: <Unplug /> },
          },
        ]),
    ...drawn.map((machine) => ({
      id: machine.peerId,
      node: {
        name: quoteUntrusted(machine.name),
        icon: <MachineIcon of={machine} />,
        address: machine.rtt === null ? undefined : formatRoundTrip(machine.rtt),
      },
      state: 'used' as const,
    })),
    ...(others === 0
      ? []
      : [
          {
            id: 'others',
            node: { name: text('machines.outage.others', { count: others }), icon: <MachineIcon /> },
            state: 'used' as const,
          },
        ]),
  ];
  const stays =
    linked.length === 0
      ? ''
      : linked.length > names.length
        ? text('machines.outage.linked.many', { count: linked.length })
        : text('machines.outage.linked', { count: linked.length, names: joinList(names) });
  return (
    <section className={styles['card']} aria-label={text('machines.outage.title')} data-outage="">
      {!isCompact && (
        <div className={styles['drawing']}>
          <LinkFan
            label={text('machines.outage.drawing')}
            from={{ name: status?.device.name ?? '', icon: <MachineIcon /> }}
            targets={targets}
          />
        </div>
      )}
      <div className={styles['words']} role="status">
        <h2 className={styles['title']}>
          <StatusDot state="waiting" label="" />
          {what}
        </h2>
        <p>
          {joinSentences(
            next,
            stays,
            waiting.length > 0 ? text('machines.outage.waiting', { count: waiting.length }) : '',
          )}
        </p>
        <div className={styles['actions']}>
          {problem === 'relay.hosted-stopped' ? (
            <StartHostedRelay variant="primary" />
          ) : (
            relay?.state !== 'failed' && (
              <Button
                variant="primary"
                size="small"
                busy={retry.busy}
                onClick={() => void retry.run({ timeout: 5000 })}
              >
                {text('machines.outage.try')}
              </Button>
            )
          )}
          <Button
            size="small"
            variant={relay?.state === 'failed' ? 'primary' : 'quiet'}
            onClick={() => showSettings('relay')}
          >
            {text('app.relay.settings')}
          </Button>
          {problem !== 'relay.hosted-stopped' && relay?.retryAt !== null && relay?.retryAt !== undefined && (
            <span className={styles['next']}>
              <RetryCountdown at={relay.retryAt} />
            </span>
          )}
        </div>
      </div>
    </section>
  );
}
