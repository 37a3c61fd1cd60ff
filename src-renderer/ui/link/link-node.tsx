import { Monitor } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classes } from '../styles/classes.ts';
import styles from './link.module.css';

/** Machine or relay in a drawing. */
export type LinkNode = Readonly<{
  name: string;
  /** Address, round trip or another short fact below the name. */
  address?: ReactNode;
  /** Icon of Lucide; by default a monitor. */
  icon?: ReactNode;
}>;

/** State of a line: solid green in use, dotted grey stands by, dotted amber fails. */
export type LinkState = 'used' | 'standby' | 'failing';

/** Tile with the icon of a machine, 54 px wide, or of a relay, 36 px. */
export function LinkTile({
  node,
  small = false,
  failing = false,
}: Readonly<{ node: LinkNode; small?: boolean; failing?: boolean }>): ReactElement {
  return (
    <span
      className={classes(styles['tile'], small && styles['tile-small'], failing && styles['tile-failing'])}
      aria-hidden="true"
    >
      {node.icon ?? <Monitor />}
    </span>
  );
}
