import { useId, type ReactElement, type ReactNode } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { formatDate, formatUnit, joinUnits, text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, Mono, UntrustedText, formatMoment } from '../../../ui/index.ts';
import type { Surroundings } from '../list/machine-status.ts';
import styles from './overview.module.css';
import { pathHost } from './path-host.ts';

/** Age up to which the facts count as current, ms. Older ones are shown with the time that confirmed them. */
const RECENT = 180_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Facts that a machine has named about itself, with the time of its answer unless that was just now, the name that the account has for it if that differs,
 * the day of its pairing and its safety number. A fact that the machine doesn't name has no row, nor has one that stands above it on the page: the system, and
 * the address of the path.
 */
export function SystemFacts({
  machine,
  around,
  onSafetyNumber,
}: Readonly<{ machine: PeerView; around: Surroundings; onSafetyNumber(): void }>): ReactElement {
  const id = useId();
  const { facts, pairing } = machine;
  const label = useApp(({ labels }) => labels[machine.peerId]);
  const isOld = facts !== undefined && (!machine.online || facts.at < around.now - RECENT);
  // The time since the start doesn't go on while nothing confirms that the machine runs.
  const until = isOld ? facts.at : around.now;
  return (
    <section className={styles['column']} aria-labelledby={id}>
      <div className={styles['heading']}>
        <h2 id={id}>{text('peers.system')}</h2>
        {isOld && (
          <span className={styles['as-of']}>
            {text('machines.fact.as-of', { time: formatMoment(facts.at, around.now) })}
          </span>
        )}
      </div>
      <dl className={styles['system']}>
        <SystemFact name={text('machines.system.up')}>
          {facts?.startedAt !== undefined && spanText(until - facts.startedAt)}
        </SystemFact>
        <SystemFact name={text('machines.system.user')}>
          {facts?.user !== undefined && <UntrustedText>{facts.user}</UntrustedText>}
        </SystemFact>
        <SystemFact name={text('machines.system.local-address')}>
          {facts?.address !== undefined && facts.address !== pathHost(machine) && <Mono>{facts.address}</Mono>}
        </SystemFact>
        <SystemFact name={text('app.name')}>
          {facts?.version !== undefined && <UntrustedText>{facts.version}</UntrustedText>}
        </SystemFact>
        <SystemFact name={text('machines.account-name')}>
          {label !== undefined && label !== machine.name && <UntrustedText>{label}</UntrustedText>}
        </SystemFact>
        <SystemFact name={text('machines.paired')}>{dayText(machine.pairedAt, around.now)}</SystemFact>
        <SystemFact name={text('machines.safety.words')}>
          {pairing !== undefined &&
            // What was compared is void there, perhaps since the words differed.
            text(
              machine.forgottenAt !== undefined
                ? 'machines.safety.void'
                : pairing.compared
                  ? 'machines.safety.compared'
                  : 'machines.safety.not-compared',
            )}
        </SystemFact>
        <SystemFact name={text('peers.safety.number')}>
          <Button
            size="small"
            variant="quiet"
            className={styles['show']}
            aria-label={text('machines.safety.show.number')}
            onClick={onSafetyNumber}
          >
            {text('machines.safety.show')}
          </Button>
        </SystemFact>
      </dl>
    </section>
  );
}

function SystemFact({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement | null {
  if (children === undefined || children === false || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Formats a day, with its year unless that is the current one. @param at ms since 1970 @param now ms since 1970 */
function dayText(at: number, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return formatDate(at, { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) });
}

/** Formats a time since a start in its two largest units, such as `12 days, 4 hours`. @param span ms, 0 or more */
export function spanText(span: number): string {
  const passed = Math.max(0, span);
  const long = { unitDisplay: 'long' } as const;
  const days = Math.floor(passed / DAY);
  const hours = Math.floor((passed % DAY) / HOUR);
  const minutes = Math.floor((passed % HOUR) / MINUTE);
  const parts =
    days > 0
      ? [formatUnit(days, 'day', long), ...(hours > 0 ? [formatUnit(hours, 'hour', long)] : [])]
      : hours > 0
        ? [formatUnit(hours, 'hour', long), ...(minutes > 0 ? [formatUnit(minutes, 'minute', long)] : [])]
        : [formatUnit(minutes, 'minute', long)];
  return joinUnits(parts);
}
