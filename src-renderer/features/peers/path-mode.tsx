import { useState, type ReactElement } from 'react';
import { PATH_MODES, type PathMode, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { applyPeer, useCall } from '../../store/index.ts';
import { ErrorNotice, RadioGroup } from '../../ui/index.ts';
import styles from './path-mode.module.css';

/** Which ways the link to a peer may take. A choice counts at once; one that could not be saved is taken back. */
export function PathModeChoice({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const set = useCall('peers.setPathMode');
  const [wanted, setWanted] = useState<PathMode>();
  const chosen = wanted ?? peer.pathMode;
  const choose = async (mode: PathMode): Promise<void> => {
    setWanted(mode);
    const answer = await set.run({ peer: peer.peerId, mode });
    if (answer !== undefined) applyPeer(answer);
    // A later choice is still on its way then.
    setWanted((latest) => (latest === mode ? undefined : latest));
  };
  return (
    <div className={styles['modes']}>
      <RadioGroup
        size="small"
        label={text('peers.path.mode')}
        value={chosen}
        options={PATH_MODES.map((mode) => ({
          value: mode,
          label: text(`peers.path.mode.${mode}`),
          description: text(`peers.path.mode.${mode}.explain`),
        }))}
        onChange={(mode) => void choose(mode)}
      />
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </div>
  );
}
