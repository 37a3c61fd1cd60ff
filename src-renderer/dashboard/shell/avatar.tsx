import { Monitor } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { classes } from '../../ui/index.ts';
import { useDashboard } from '../api/index.ts';
import styles from './avatar.module.css';
import { initialsOf, toneOf } from './initials.ts';

export type AvatarProps = Readonly<{
  name: string;
  /** ID of the account, from which the colour comes, so that it stays the same. */
  id: string;
  /** Picture of the account, as answers name it; null for none. */
  picture: string | null;
  size?: 'small' | 'large';
}>;

/** Picture of a person, or the initials where there is none or it can't be loaded. Decoration: the name stands beside it. */
export function Avatar({ name, id, picture, size = 'small' }: AvatarProps): ReactElement {
  return (
    <span className={classes(styles['avatar'], styles[size])} data-tone={toneOf(id)} aria-hidden="true">
      {initialsOf(name)}
      {picture !== null && <Picture key={picture} picture={picture} />}
    </span>
  );
}

/** Place of a person's picture for a machine that acts without a known person. */
export function MachineAvatar(): ReactElement {
  return (
    <span className={classes(styles['avatar'], styles['small'])} data-tone="5" aria-hidden="true">
      <Monitor />
    </span>
  );
}

/** Covers the initials once it is loaded, and not if that fails. */
function Picture({ picture }: Readonly<{ picture: string }>): ReactElement | null {
  const { pictureUrl } = useDashboard();
  const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading');
  if (state === 'failed') return null;
  return (
    <img
      className={styles['picture']}
      src={pictureUrl(picture)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      data-picture={state}
      onLoad={() => setState('loaded')}
      onError={() => setState('failed')}
    />
  );
}
