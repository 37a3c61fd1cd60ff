import { useState, type ReactElement } from 'react';
import { PATH_MODES, type PathMode, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyPeer, useApp, useCall } from '../../../store/index.ts';
import { ErrorNotice, RadioGroup } from '../../../ui/index.ts';
import { HopChainBuilder } from '../hops/hop-chain-builder.tsx';
import styles from './path-mode-choice.module.css';

type Choice = PathMode | 'via';

export type PathModeChoiceProps = Readonly<{
  peer: PeerView;
  size?: 'small' | 'medium';
  /** Called when the named hops begin or cease to differ from the saved ones. */
  onPending?: (isPending: boolean) => void;
}>;

/**
 * Radio buttons for the allowed paths to a peer: automatic, direct only, relay only, or named hops. The first three are saved at once
 * (`peers.setPathMode`) and put into the store; if that fails, the old choice returns with the error. Named hops open an editor with its own button
 * to save. Used by the details of a path and by the form of a forward.
 */
export function PathModeChoice({ peer, size = 'small', onPending }: PathModeChoiceProps): ReactElement {
  const set = useCall('peers.setPathMode');
  const hasOthers = useApp((state) => state.peers.some(({ peerId }) => peerId !== peer.peerId));
  const [wanted, setWanted] = useState<Choice>();
  const hasChain = peer.pathVia.length > 0;
  const chosen = wanted ?? (hasChain ? 'via' : peer.pathMode);
  const choices: readonly Choice[] = hasOthers || hasChain ? [...PATH_MODES, 'via'] : PATH_MODES;
  const choose = async (choice: Choice): Promise<void> => {
    setWanted(choice);
    // An empty route can't be used; the choice applies with the first hop.
    if (choice === 'via') return;
    const answer = await set.run({ peer: peer.peerId, mode: choice });
    if (answer !== undefined) applyPeer(answer);
    // A later choice may still be pending.
    setWanted((latest) => (latest === choice ? undefined : latest));
  };
  return (
    <div className={styles['modes']}>
      <RadioGroup
        size={size}
        label={text('peers.path.mode')}
        value={chosen}
        options={choices.map((mode) => ({
          value: mode,
          label: text(`peers.path.mode.${mode}`),
          description: text(`peers.path.mode.${mode}.explain`),
        }))}
        onChange={(choice) => void choose(choice)}
      >
        {chosen === 'via' && (
          <div className={styles['chain']}>
            <HopChainBuilder peer={peer} onPending={onPending} />
          </div>
        )}
      </RadioGroup>
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </div>
  );
}
