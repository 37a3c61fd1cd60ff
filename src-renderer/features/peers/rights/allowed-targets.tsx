import { Plus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PeerView, TargetPattern } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, IconButton, Mono, UntrustedText, formatMoment, useNow } from '../../../ui/index.ts';
import styles from './allowed-targets.module.css';
import { mergeTargets } from './target-patterns.ts';
import { TargetForm } from './target-form.tsx';
import { useTargets } from './use-targets.ts';
import { useTakeBack } from './use-waiting.ts';

/**
 * Lists the targets that a peer may connect to or listen on without asking, with a button that removes each and a form that adds one. Each change is
 * saved at once (`targets.set`), merged into the agent's current list, because an approval may have added a target meanwhile.
 */
export function AllowedTargets({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const now = useNow();
  const save = useCall('targets.set');
  const ending = useCall('targets.endTemporary');
  const takeBack = useTakeBack();
  const [isAdding, setAdding] = useState(false);
  const { peerId } = peer;
  const { known, approved, read, setKnown, setApproved, ...targets } = useTargets(peerId);
  const { decision } = peer.rights.forward;
  // With everything allowed there is nothing to add.
  const canAdd = decision !== 'allow';

  const change = async (wanted: readonly TargetPattern[]): Promise<boolean> => {
    if (known === undefined || save.busy) return false;
    takeBack();
    const current = await read();
    if (current === undefined) return false;
    const merged = mergeTargets(current, known, wanted);
    if ((await save.run({ peer: peerId, targets: merged })) === undefined) return false;
    setKnown(merged);
    return true;
  };
  const end = async (): Promise<void> => {
    if ((await ending.run({ peer: peerId })) !== undefined) setApproved([]);
  };
  const held = approved.filter(({ expiresAt }) => expiresAt > now);
  const error = save.error ?? targets.error ?? ending.error;
  const shown = known ?? [];
  if (!canAdd && shown.length === 0 && held.length === 0 && error === undefined) return null;
  return (
    <div className={styles['targets']} role="group" aria-label={text('peers.targets')}>
      {/* With everything allowed or denied, an empty list says nothing. */}
      {(shown.length > 0 || decision === 'ask') && (
        <p className={styles['about']}>
          {decision === 'deny'
            ? text('access.targets.denied')
            : text(shown.length === 0 ? 'access.targets.none' : 'access.targets')}
        </p>
      )}
      <ul className={styles['list']}>
        {shown.map((target) => {
          const words = targetText(target);
          const bound = limitText(target, now);
          return (
            <li key={`${target.kind} ${words} ${bound}`} className={styles['target']}>
              <span className={styles['words']}>
                {target.kind === 'listen' && <span>{text('access.targets.listen')} </span>}
                <Mono>
                  <UntrustedText>{words}</UntrustedText>
                </Mono>
                {bound !== '' && <span className={styles['bound']}> {bound}</span>}
              </span>
              <IconButton
                size="small"
                label={text('peers.targets.remove', { target: words })}
                icon={<X aria-hidden="true" />}
                onClick={() => void change(shown.filter((other) => other !== target))}
              />
            </li>
          );
        })}
        {canAdd && !isAdding && (
          <li>
            <Button
              size="small"
              variant="quiet"
              edge={shown.length === 0 ? 'start' : undefined}
              icon={<Plus aria-hidden="true" />}
              disabled={known === undefined}
              onClick={() => setAdding(true)}
            >
              {text('peers.targets.add')}
            </Button>
          </li>
        )}
      </ul>
      {held.length > 0 && (
        <div className={styles['held']}>
          <span className={styles['words']}>
            {text('access.targets.held')}{' '}
            {held.map(({ target, expiresAt }) => (
              <span key={target} className={styles['one']}>
                <Mono>
                  <UntrustedText>{target}</UntrustedText>
                </Mono>{' '}
                <span className={styles['bound']}>
                  {text('peers.targets.until', { until: formatMoment(expiresAt, now) })}
                </span>{' '}
              </span>
            ))}
          </span>
          <Button size="small" busy={ending.busy} onClick={() => void end()}>
            {text('access.targets.held.end')}
          </Button>
        </div>
      )}
      {canAdd && isAdding && (
        <TargetForm
          known={shown}
          busy={save.busy}
          onAdd={(pattern) => change([...shown, pattern])}
          onClose={() => {
            setAdding(false);
            save.reset();
          }}
        />
      )}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            save.reset();
            targets.reset();
            ending.reset();
          }}
        />
      )}
    </div>
  );
}

/** Formats a target as a person types it: `db.lan:5432`, with an IPv6 address in brackets. */
export function targetText({ kind, host, ports }: TargetPattern): string {
  const port = kind === 'listen' && ports === '0' ? text('peers.targets.free-port') : ports;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Describes the protocol and addresses that an approval limited a target to, and its end; empty for others. @param now ms since 1970 */
function limitText({ protocol, at, expiresAt }: TargetPattern, now: number): string {
  const addresses = (at ?? []).map((address) => (address === 'public' ? text('peers.targets.public') : address));
  return [
    protocol?.toUpperCase() ?? '',
    addresses.length === 0 ? '' : text('peers.targets.at', { places: joinList(addresses) }),
    expiresAt === null ? '' : text('peers.targets.until', { until: formatMoment(expiresAt, now) }),
  ]
    .filter(Boolean)
    .join(', ');
}
