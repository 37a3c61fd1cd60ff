import { useId, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';
import { rightsThere } from '../peers/index.ts';
import styles from './saved-commands.module.css';

type MachineChoiceProps = Readonly<{
  /** Machines in the order of the list. */
  machines: readonly PeerView[];
  /** Peer IDs of those that are ticked. */
  chosen: ReadonlySet<string>;
  /** Error text; undefined for none. */
  problem: string | undefined;
  onChange(chosen: ReadonlySet<string>): void;
}>;

/** List of machines on which a command runs, each with a box to tick. */
export function MachineChoice({ machines, chosen, problem, onChange }: MachineChoiceProps): ReactElement {
  const id = useId();
  return (
    <fieldset className={styles['machines']} aria-describedby={problem === undefined ? undefined : id}>
      <legend className={styles['legend']}>{text('saved.run.machines')}</legend>
      {machines.length === 0 && <p className={styles['none']}>{text('saved.run.machines.none')}</p>}
      <div className={styles['choices']}>
        {machines.map((machine) => {
          const { peerId, pairing } = machine;
          const isUncompared = pairing?.compared === false;
          const note = noteOf(machine);
          return (
            <label key={peerId} className={styles['choice']}>
              <input
                type="checkbox"
                checked={chosen.has(peerId) && !isUncompared}
                disabled={isUncompared}
                onChange={(event) => {
                  const next = new Set(chosen);
                  if (event.target.checked) next.add(peerId);
                  else next.delete(peerId);
                  onChange(next);
                }}
              />
              <bdi className={styles['name']}>{quoteUntrusted(machine.name)}</bdi>
              {note !== undefined && <span className={styles['fact']}>{note}</span>}
            </label>
          );
        })}
      </div>
      <div id={id} className={styles['problem']} role="alert" hidden={problem === undefined}>
        {problem}
      </div>
    </fieldset>
  );
}

/** Says why the command may not start there at once; undefined if it may. */
function noteOf(machine: PeerView): string | undefined {
  if (machine.pairing?.compared === false) return text('saved.run.uncompared');
  if (!machine.online) return text('palette.offline');
  const decision = rightsThere(machine, Date.now())?.terminal;
  return decision === undefined || decision === 'allow' ? undefined : text(`palette.terminal.${decision}`);
}
