import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { INTRODUCED_RIGHTS, type IntroducedRight } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Switch } from '../../../ui/index.ts';
import styles from './introduce-dialog.module.css';

/** Rights that a peer may give to newcomers without a question (`introductions.handOn`). Shown while it may introduce others. */
export function HandsOn({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const set = useCall('introductions.handOn');
  if (peer.rights.introduce.decision !== 'allow') return null;
  const given = peer.handsOn ?? [];
  const toggle = (right: IntroducedRight) => (on: boolean) => {
    const rights = on ? [...given, right] : given.filter((one) => one !== right);
    void set.run({ peer: peer.peerId, rights });
  };
  return (
    <fieldset className={styles['group']} disabled={set.busy}>
      <legend>{text('handson.title')}</legend>
      <p className={styles['about']}>{text('handson.about')}</p>
      {INTRODUCED_RIGHTS.map((right) => (
        <Switch key={right} label={text(`access.${right}`)} checked={given.includes(right)} onChange={toggle(right)} />
      ))}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </fieldset>
  );
}
