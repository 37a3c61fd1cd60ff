import { Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { explainCode, joinSentences, text } from '../../../locale/index.ts';
import { useApp, useCall, useRelayProblem } from '../../../store/index.ts';
import { Button, LinkFan, RetryCountdown, StatusDot, quoteUntrusted, type LinkTarget } from '../../../ui/index.ts';
import { formatRoundTrip, MachineIcon } from '../../peers/index.ts';
import { StartHostedRelay } from '../../pairing/index.ts';
import { showSettings } from '../../settings/index.ts';
import { useSurroundings } from '../list/use-surroundings.ts';
import { splitByRelay } from './split-by-relay.ts';
import styles from './relay-away.module.css';

/** Most linked machines that the drawing shows; the text counts them all. */
const MOST_DRAWN = 2;

/**
 * Notice and drawing of a relay that can't be reached: which machines stay linked, how many wait, and when it is tried again. Buttons try at once
 * (`relay.ready`), start the relay here that the person has stopped, and open the settings of the relay. Renders nothing while the relay is online or none is set up.
 * @param props.isCompact without the drawing, beside a machine's page
 */
export function RelayAway({ isCompact = false }: Readonly<{ isCompact?: boolean }>): ReactElement | null {
  const { isRelayAway, isPaused } = useSurroundings();
  const problem = useRelayProblem();
  const isLost = useApp((state) => state.connection === 'lost');
  if (!isRelayAway || isPaused || isLost || problem === null) return null;
  return <Outage problem={problem} isCompact={isCompact} />;
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
  const names = linked.slice(0, MOST_DRAWN).map(({ name }) => quoteUntrusted(name));
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
    ...linked.slice(0, MOST_DRAWN).map((machine) => ({
      id: machine.peerId,
      node: {
        name: quoteUntrusted(machine.name),
        icon: <MachineIcon of={machine} />,
        address: machine.rtt === null ? undefined : formatRoundTrip(machine.rtt),
      },
      state: 'used' as const,
    })),
  ];
  const stays =
    linked.length === 0
      ? ''
      : linked.length > names.length
        ? text('machines.outage.linked.many', { count: linked.length })
        : text('machines.outage.linked', { count: linked.length, names: names.join(', ') });
  return (
    <section className={styles['card']} aria-label={text('machines.outage.title')} data-outage="">
      {!isCompact && (
        <div className={styles['drawing']}>
          <LinkFan
            label={text('machines.outage.drawing')}
            from={{ name: status?.device.name ?? '', icon: <MachineIcon of="own" /> }}
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
