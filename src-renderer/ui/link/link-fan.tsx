import type { ReactElement, ReactNode } from 'react';
import { classes, isShown } from '../styles/classes.ts';
import { LinkTile, type LinkNode, type LinkState } from './link-node.tsx';
import styles from './link.module.css';

/** One of the machines to which the lines lead. */
export type LinkTarget = Readonly<{
  /** Key that stays the same while the machine is drawn. */
  id: string;
  node: LinkNode;
  state: LinkState;
  /** Relay on the line. Where the line fails, the part behind the relay is grey. */
  via?: LinkNode | undefined;
  /** Button of the machine, such as Pair. */
  action?: ReactNode;
}>;

export type LinkFanProps = Readonly<{
  /** Name of the list of machines for screen readers; in an outage, a sentence that says the same as the drawing. */
  label: string;
  from: LinkNode;
  targets: readonly LinkTarget[];
  /** Text in place of the machines while there are none. */
  empty?: ReactNode;
  /** Number of machines for which the drawing has room from the start, so that what stands below doesn't move when they appear. */
  room?: number;
}>;

/** Height of one machine and of the margin above and below all, CSS pixels. */
const ROW = 76;
const MARGIN = 8;
/** Height for this machine with its name and address below it, CSS pixels. */
const LEAST = 144;

/**
 * Draws the lines from this machine to several: the machines found in this network, or those that wait for a relay. The machines are a list with
 * their buttons; the lines are decoration.
 */
export function LinkFan({ label, from, targets, empty, room = 0 }: LinkFanProps): ReactElement {
  const rows = Math.max(targets.length, room);
  const height = rows < 2 ? LEAST : rows * ROW + 2 * MARGIN;
  // A low drawing needs the room below for the names.
  const middle = rows < 2 ? height / 2 - 8 : height / 2;
  // One machine stands beside this one, and the line is straight.
  const first = targets.length === 1 ? middle : (height - targets.length * ROW) / 2 + ROW / 2;
  return (
    <div className={styles['fan']} style={{ height }}>
      <svg className={styles['fan-lines']} viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {targets.length === 0 && <path className={styles['standby']} d={`M0 ${middle} H100`} />}
        {targets.map(({ id, state, via }, position) => {
          const y = first + position * ROW;
          // A line that goes down bends beside this machine's name, which stands below its tile.
          const isBelow = y > middle;
          if (via === undefined) {
            const bend = isBelow ? `H60 C 86 ${middle} 74 ${y}` : `C 46 ${middle} 44 ${y}`;
            return <path key={id} className={styles[state]} d={`M0 ${middle} ${bend} 100 ${y}`} />;
          }
          const bend = isBelow ? `H30 C 48 ${middle} 38 ${y}` : `C 26 ${middle} 24 ${y}`;
          return (
            <g key={id}>
              <path className={styles[state]} d={`M0 ${middle} ${bend} 56 ${y}`} />
              <path className={styles[state === 'failing' ? 'standby' : state]} d={`M56 ${y} H100`} />
            </g>
          );
        })}
      </svg>
      <div className={classes(styles['station'], styles['fan-from'])} style={{ top: middle }}>
        <LinkTile node={from} />
        <bdi className={styles['name']}>{from.name}</bdi>
        {isShown(from.address) && <span className={styles['address']}>{from.address}</span>}
      </div>
      {targets.length === 0 && isShown(empty) && (
        <div className={classes(styles['targets'], styles['empty'])} style={{ height: 2 * middle }}>
          <span className={styles['tile-empty']} aria-hidden="true" />
          <div className={styles['empty-words']}>{empty}</div>
        </div>
      )}
      {targets.length > 0 && (
        <ul className={styles['targets']} aria-label={label} style={{ paddingTop: first - ROW / 2 }}>
          {targets.map(({ id, node, state, via, action }) => (
            <li key={id} className={styles['target']} style={{ height: ROW }}>
              {via !== undefined && (
                <span className={styles['fan-via']}>
                  <LinkTile node={via} small failing={state === 'failing'} />
                  <span className={styles['via-label']}>{via.name}</span>
                </span>
              )}
              <LinkTile node={node} small={via !== undefined} />
              <span className={styles['target-words']}>
                <bdi className={styles['target-name']}>{node.name}</bdi>
                {isShown(node.address) && <span className={styles['address']}>{node.address}</span>}
              </span>
              {isShown(action) && <span className={styles['target-action']}>{action}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
