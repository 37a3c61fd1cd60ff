import { useId, type ReactElement } from 'react';
import type { PeerView, Right, RightDecision } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Chip, formatMoment, quoteUntrusted, useNow } from '../../../ui/index.ts';
import styles from './access.module.css';
import { rightsThere } from './rights-there.ts';

const TONES = { allow: 'good', ask: 'neutral', deny: 'warning' } as const satisfies Record<RightDecision, string>;

/**
 * Section with what this device may do on the peer's machine, as the peer has confirmed it recently, and when a browser's pairing ends there. Without such an
 * answer it says why there is none.
 */
export function AccessThere({ peer, rows }: Readonly<{ peer: PeerView; rows: readonly Right[] }>): ReactElement {
  const id = useId();
  const now = useNow();
  const named = rightsThere(peer, now);
  const name = quoteUntrusted(peer.name);
  return (
    <section className={styles['there']} aria-labelledby={id}>
      <div className={styles['title']}>
        <h2 id={id}>{text('access.there.title', { name })}</h2>
        <p>{text('access.there.description', { name })}</p>
      </div>
      {named === undefined ? (
        <p className={styles['there-unknown']}>{text(`access.there.${peer.online ? 'unknown' : 'away'}`, { name })}</p>
      ) : (
        <dl className={styles['there-rows']}>
          {rows.map((right) => {
            const decision = named[right];
            const end = peer.rightsThere?.ends?.[right];
            return decision === undefined ? null : (
              <div key={right} data-there={right}>
                <dt>{text(`access.${right}`)}</dt>
                <dd>
                  <Chip tone={TONES[decision]}>
                    {end === undefined || decision === 'ask'
                      ? text(`access.there.${decision}`)
                      : text(`access.there.${decision}-until`, { until: formatMoment(end, now) })}
                  </Chip>
                </dd>
              </div>
            );
          })}
          {peer.browserThere !== undefined && (
            <div data-there="browser">
              <dt>{text('access.there.browser')}</dt>
              <dd>{text('access.until', { until: formatMoment(peer.browserThere.endsAt, now) })}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
