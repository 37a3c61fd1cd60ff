import { useId, useState, type ReactElement } from 'react';
import { PATH_MODES, type PathMode, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { applyPeer, useCall } from '../../store/index.ts';
import { ErrorNotice } from '../../ui/index.ts';
import details from './path-details.module.css';
import styles from './path-mode.module.css';

/** Which ways the link to a peer may take. A choice counts at once; one that could not be saved is taken back. */
export function PathModeChoice({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const id = useId();
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
    <fieldset className={styles['modes']}>
      <legend className={details['subtitle']}>{text('peers.path.mode')}</legend>
      {PATH_MODES.map((mode) => (
        <label key={mode} className={styles['mode']}>
          <input
            type="radio"
            name={`${id}-mode`}
            aria-labelledby={`${id}-${mode}`}
            aria-describedby={`${id}-${mode}-explain`}
            checked={chosen === mode}
            onChange={() => void choose(mode)}
          />
          <span id={`${id}-${mode}`} className={styles['word']}>
            {text(`peers.path.mode.${mode}`)}
          </span>
          <span id={`${id}-${mode}-explain`} className={styles['explain']}>
            {text(`peers.path.mode.${mode}.explain`)}
          </span>
        </label>
      ))}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </fieldset>
  );
}
