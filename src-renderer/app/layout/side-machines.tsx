import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import {
  groupMachines,
  machineStatus,
  useIsListBeside,
  useSurroundings,
  type Surroundings,
} from '../../features/machines/index.ts';
import { formatRoundTrip, UsedHereMark, useUsedHereWords } from '../../features/peers/index.ts';
import { text } from '../../locale/index.ts';
import { markUsed, navigate, useApp } from '../../store/index.ts';
import { StatusDot, Tooltip, UntrustedText, quoteUntrusted } from '../../ui/index.ts';
import styles from './side-bar.module.css';
import { Monogram } from './monogram.tsx';
import { machinesInSight } from './machines-in-sight.ts';

/**
 * Machines in the side bar, in the person's groups and order: state, name and round trip. Above twelve: favourites and those in use. A mark says which of them uses a terminal here. None
 * while the list stands beside the page of a machine.
 */
export function SideMachines({
  isSmall,
  isBelow = false,
}: Readonly<{
  isSmall: boolean;
  /** The pages stand above: a line separates them. */
  isBelow?: boolean;
}>): ReactElement | null {
  const peers = useApp((state) => state.peers);
  const forwards = useApp((state) => state.forwards);
  const terminals = useApp((state) => state.openTerminals);
  const current = useApp(({ place }) => (place.page === 'machines' ? place.machine : undefined));
  const isListBeside = useIsListBeside();
  const usedHere = useApp((state) => state.usedHere);
  const around = useSurroundings();
  const groups = groupMachines(machinesInSight({ peers, forwards, terminals, usedHere, current }));
  if (isListBeside || groups.length === 0) return null;
  return (
    <>
      {isBelow && <hr className={styles['line']} aria-hidden="true" />}
      {groups.map(({ name, machines }) => {
        const heading = name ?? (groups.length > 1 ? text('machines.group.others') : undefined);
        return (
          <div key={name ?? ''} className={styles['group']} role="group" aria-label={heading ?? text('peers.list')}>
            {heading !== undefined && !isSmall && (
              <span className={styles['heading']} aria-hidden="true">
                {heading}
              </span>
            )}
            {machines.map((machine) => (
              <MachineButton
                key={machine.peerId}
                machine={machine}
                around={around}
                isCurrent={machine.peerId === current}
                isSmall={isSmall}
              />
            ))}
          </div>
        );
      })}
    </>
  );
}

function MachineButton({
  machine,
  around,
  isCurrent,
  isSmall,
}: Readonly<{ machine: PeerView; around: Surroundings; isCurrent: boolean; isSmall: boolean }>): ReactElement {
  const { dot, label, word, path } = machineStatus(machine, around);
  const used = useUsedHereWords(machine.peerId);
  const fact = word ?? (machine.rtt === null ? '' : formatRoundTrip(machine.rtt));
  const button = (
    <button
      type="button"
      className={styles['machine']}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => {
        markUsed(machine.peerId);
        navigate({ page: 'machines', machine: machine.peerId });
      }}
    >
      {isSmall ? (
        <>
          <Monogram name={machine.name} dot={dot} label={label} />
          <span className="visually-hidden">{quoteUntrusted(machine.name)}</span>
          <UsedHereMark peerId={machine.peerId} className={styles['used']} />
        </>
      ) : (
        <>
          <StatusDot state={dot} label={label} />
          <span className={styles['label']}>
            <UntrustedText>{machine.name}</UntrustedText>
          </span>
          <UsedHereMark peerId={machine.peerId} />
          {fact !== '' && <span className={styles['fact']}>{fact}</span>}
        </>
      )}
    </button>
  );
  return isSmall ? (
    <Tooltip
      content={[quoteUntrusted(machine.name), path, fact, used].filter(Boolean).join(' · ')}
      side="right"
      delay={0}
    >
      {button}
    </Tooltip>
  ) : (
    button
  );
}
