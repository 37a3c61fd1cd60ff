import type { ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { applyForward, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, StatusDot, Wait, formatAgo, useNow } from '../../../ui/index.ts';
import styles from './upstream-list.module.css';
import { peerText } from './rule-text.ts';

/**
 * Part of a forward's row: the upstreams of an automatic forward (the link to a peer and an SSH server), the one in use and why, and the result of
 * the last probe of each. A button makes the agent probe them again. Shows nothing for other forwards.
 */
export function UpstreamList({ forward }: Readonly<{ forward: ForwardView }>): ReactElement | null {
  const now = useNow();
  const probe = useCall('forwards.probe');
  const { auto } = forward;
  if (auto === null) return null;
  const isTried = auto.probes.some(({ works }) => works !== null);
  const tryAll = async (): Promise<void> => {
    const view = await probe.run({ id: forward.id });
    if (view !== undefined) applyForward(view);
  };
  return (
    <div className={styles['upstreams']}>
      <p className={styles['why']}>{text(`forwards.auto.why.${auto.way ?? (isTried ? 'none' : 'trying')}`)}</p>
      <ul className={styles['list']} aria-label={text('forwards.auto')}>
        {auto.probes.map(({ way, works, rtt, code, checkedAt }) => (
          <li key={way} className={styles['upstream']}>
            <StatusDot state={works === true ? 'online' : works === null ? 'waiting' : 'failed'} label="" />
            <span>
              <strong>
                {way === 'link'
                  ? text('forwards.auto.upstream.link', { peer: peerText(forward.peerName) })
                  : serverOf(forward)}
              </strong>
              {auto.way === way && ` · ${text('forwards.auto.used')}`}
              {' · '}
              {outcome(works, rtt, code)}
              {works !== null && (
                <span className={styles['when']}>
                  {' '}
                  · {text('forwards.auto.checked', { ago: formatAgo(checkedAt, now) })}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Wait busy={probe.busy} label={text('forwards.auto.probing')} onCancel={probe.cancel}>
        <Button size="small" busy={probe.busy} onClick={() => void tryAll()}>
          {text('forwards.auto.probe')}
        </Button>
      </Wait>
      {probe.error !== undefined && <ErrorNotice error={probe.error} onDismiss={probe.reset} />}
    </div>
  );
}

function serverOf({ rule }: ForwardView): string {
  const server = 'server' in rule ? rule.server : null;
  return server === null ? text('forwards.auto.upstream.ssh') : `${text('forwards.auto.upstream.ssh')} ${server.host}`;
}

function outcome(works: boolean | null, rtt: number | null, code: string | null): string {
  if (works === null) return text('forwards.auto.unknown');
  if (works)
    return rtt === null
      ? text('forwards.auto.works.unmeasured')
      : text('forwards.auto.works', { rtt: Math.max(1, Math.round(rtt)) });
  return code === null ? text('forwards.auto.fails') : explainCode(code, text('forwards.auto.fails')).what;
}
