import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, formatBytes, Select } from '../../../ui/index.ts';
import styles from './send-limit.module.css';
import { pendingGrant } from './right-choice.ts';

const GB = 1_000_000_000;
/** Limits that are offered, bytes: a person thinks in the units that the window shows. */
const LIMITS = [GB / 10, GB, 10 * GB, 100 * GB] as const;
/** Limit unless a person chooses another one, bytes. */
export const DEFAULT_SEND_LIMIT = GB;

/** Returns the limit that is offered first to a person who accepts a transfer: at least as large as that. Undefined: none is. @param size bytes. Pure. */
export function offeredLimit(size: number): number | undefined {
  return LIMITS.find((limit) => limit >= Math.max(DEFAULT_SEND_LIMIT, size));
}

export type SendLimitChoiceProps = Readonly<{
  /** Largest transfer that is accepted without asking, bytes; undefined for no limit. */
  most: number | undefined;
  disabled?: boolean | undefined;
  onChange(most: number | undefined): void;
}>;

/** List of the sizes up to which a peer may send without asking. */
export function SendLimitChoice({ most, disabled, onChange }: SendLimitChoiceProps): ReactElement {
  const limits = most === undefined || LIMITS.some((limit) => limit === most) ? LIMITS : [most, ...LIMITS];
  return (
    <div className={styles['choice']}>
      <Select
        label={text('access.send.limit')}
        value={most === undefined ? 'any' : String(most)}
        options={[
          ...limits.map((limit) => ({
            value: String(limit),
            label: text('access.send.limit.most', { size: formatBytes(limit) }),
          })),
          { value: 'any', label: text('access.send.limit.any') },
        ]}
        disabled={disabled}
        onChange={(value) => onChange(value === 'any' ? undefined : Number(value))}
      />
    </div>
  );
}

/** Limit of the right `send` of a peer, while it is allowed. A change is saved at once (`rights.set`). */
export function SendLimit({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const set = useCall('rights.set');
  const was = peer.rights.send;
  const { decision, expiresAt, most } = pendingGrant(peer, 'send') ?? was;
  if (decision !== 'allow') return null;
  return (
    <>
      <SendLimitChoice
        most={most}
        disabled={set.busy}
        onChange={(limit) =>
          void set.run({
            peer: peer.peerId,
            right: 'send',
            decision,
            expiresAt,
            ...(limit === undefined ? {} : { most: limit }),
            was,
          })
        }
      />
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </>
  );
}
