import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { quoteUntrusted, UntrustedText } from '../../../ui/index.ts';
import { isItself, type Draft } from './draft.ts';
import { portSuits, type Goal } from './goals.ts';
import styles from './port-list.module.css';
import { usePorts } from './use-ports.ts';

export type PortListProps = Readonly<{
  draft: Draft;
  goal: Goal | undefined;
  /** Called with the port that the person picks. */
  onPick(port: string): void;
}>;

/**
 * Lists the ports on which programs of the chosen machine listen, with the programs; a press fills the field of the port. Those that suit the goal come
 * first. Shows nothing for a machine that is offline or names no ports, and for a target that isn't the machine itself.
 */
export function PortList({ draft, goal, onPick }: PortListProps): ReactElement | null {
  const id = useId();
  const { kind, peer, targetHost, targetPort } = draft;
  const machine = useApp(({ peers }) => peers.find(({ peerId, online }) => peerId === peer && online));
  const isHere = kind === 'port-here' && isItself(targetHost);
  const ports = usePorts(isHere ? machine?.peerId : undefined);
  if (!isHere || machine === undefined || ports === undefined || ports.length === 0) return null;
  const suits = (port: number): boolean => goal === undefined || portSuits(goal, port);
  const ordered = [...ports.filter(({ port }) => suits(port)), ...ports.filter(({ port }) => !suits(port))];
  return (
    <div className={styles['ports']} role="group" aria-labelledby={id}>
      <span id={id} className={styles['heading']}>
        {text('forwards.form.ports', { name: quoteUntrusted(machine.name) })}
      </span>
      <div className={styles['list']}>
        {ordered.map(({ port, program }) => (
          <button
            key={port}
            type="button"
            className={styles['port']}
            aria-pressed={targetPort === String(port)}
            onClick={() => onPick(String(port))}
          >
            <span className={styles['number']}>{port}</span>
            {program !== undefined && <UntrustedText>{program}</UntrustedText>}
          </button>
        ))}
      </div>
    </div>
  );
}
