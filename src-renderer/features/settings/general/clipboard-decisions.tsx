import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ClipboardDecision } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, type AppState } from '../../../store/index.ts';
import { IconButton, SettingRow } from '../../../ui/index.ts';
import styles from '../settings.module.css';

type DecisionsProps = Readonly<{
  /** Decisions as saved in the settings. */
  decisions: readonly ClipboardDecision[];
  /** Receives the decisions that are left when the person removes one. */
  onChange(decisions: readonly ClipboardDecision[]): void;
}>;

/**
 * Lists the peers and gateways for which the person has decided whether programs in their terminals may write to this machine's clipboard. Takes
 * their names from the store. A button removes a decision, so that the next such program asks again; the terminal section saves the change.
 */
export function ClipboardDecisions({ decisions, onChange }: DecisionsProps): ReactElement {
  const peers = useApp((state) => state.peers);
  const gateways = useApp((state) => state.gateways);
  return (
    <div className={styles['part']}>
      <h3 className={styles['subheading']}>{text('settings.terminals.clipboard')}</h3>
      <p className={styles['text']}>{text('settings.terminals.clipboard.text')}</p>
      {decisions.length > 0 && (
        <ul className={styles['decisions']}>
          {decisions.map((decision) => {
            const name = nameOf(decision, { peers, gateways });
            return (
              <li key={decision.place}>
                <SettingRow name={<bdi>{name}</bdi>}>
                  <span>{text(`settings.terminals.clipboard.${decision.allowed ? 'allowed' : 'denied'}`)}</span>
                  <IconButton
                    label={text('settings.terminals.clipboard.forget', { peer: name })}
                    icon={<X />}
                    onClick={() => onChange(decisions.filter((other) => other.place !== decision.place))}
                  />
                </SettingRow>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function nameOf(
  { place: hostKey }: ClipboardDecision,
  { peers, gateways }: Pick<AppState, 'peers' | 'gateways'>,
): string {
  const [kind, id] = hostKey.split(' ');
  return kind === 'peer'
    ? (peers.find(({ peerId }) => peerId === id)?.name ?? text('terminals.unknown-peer'))
    : (gateways.find((gateway) => gateway.id === id)?.settings.name ?? text('terminals.unknown-gateway'));
}
