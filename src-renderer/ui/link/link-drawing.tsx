import type { ReactElement, ReactNode } from 'react';
import { StatusDot } from '../feedback/status-dot.tsx';
import { classes, isShown } from '../styles/classes.ts';
import { LinkTile, type LinkNode, type LinkState } from './link-node.tsx';
import styles from './link.module.css';

/** Line between the two machines. */
export type LinkLine = Readonly<{
  state: LinkState;
  /** Text in the pill on the line, such as "Direct · 2.1 ms". */
  label: ReactNode;
  /** Icon before the label; by default the dot of the state. */
  mark?: ReactNode;
  /** Relay or hops on the line, in order from this machine. Two fit. */
  via?: readonly LinkNode[] | undefined;
}>;

export type LinkDrawingProps = Readonly<{
  /** Text alternative: one sentence that says the same as the drawing. */
  text: string;
  from: LinkNode;
  to: LinkNode;
  line: LinkLine;
  /** Path that stands by, or fails, drawn as an arc above through `node`. */
  standby?: Readonly<{ node: LinkNode; label: ReactNode; state?: 'standby' | 'failing' | undefined }> | undefined;
  /** Draws the line once, in 140 ms, when the drawing appears. Not with reduced motion. */
  draws?: boolean | undefined;
}>;

/** Place of the two machines, percent of the width, as in `link.module.css`. */
const FROM = 13;
const TO = 100 - FROM;

/** Heights, CSS pixels: of the drawing, of the line and of the arc's node. */
const PLAIN = { height: 184, line: 84, arc: 0 } as const;
const WITH_ARC = { height: 212, line: 118, arc: 44 } as const;

/**
 * Draws the line between two machines: the product's signature, on a machine's page, on pairing and in an outage. The names and addresses are below
 * the tiles, the label is on the line. Screen readers read `text` instead.
 */
export function LinkDrawing({ text, from, to, line, standby, draws = false }: LinkDrawingProps): ReactElement {
  const { height, line: y, arc } = standby === undefined ? PLAIN : WITH_ARC;
  const via = line.via ?? [];
  const hasNodes = via.length > 0 || standby !== undefined;
  return (
    <div className={styles['drawing']} style={{ height }} role="img" aria-label={text}>
      <svg className={styles['lines']} viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {standby !== undefined && (
          <path
            className={styles[standby.state ?? 'standby']}
            d={`M${FROM} ${y - 12} C 24 ${arc} 36 ${arc} 50 ${arc} C 64 ${arc} 76 ${arc} ${TO} ${y - 12}`}
          />
        )}
        <path className={classes(styles[line.state], draws && styles['draws'])} d={`M${FROM} ${y} H${TO}`} />
      </svg>
      <Station node={from} side="from" y={y} />
      <Station node={to} side="to" y={y} />
      {line.state === 'used' && (
        <>
          <span className={classes(styles['end'], styles['end-from'])} style={{ top: y }} />
          <span className={classes(styles['end'], styles['end-to'])} style={{ top: y }} />
        </>
      )}
      {standby !== undefined && (
        <div className={styles['via']} style={{ left: '50%', top: arc }}>
          <LinkTile node={standby.node} small failing={standby.state === 'failing'} />
          <span className={styles['via-label']}>{standby.label}</span>
        </div>
      )}
      {via.map((node, position) => (
        <div
          key={node.name}
          className={styles['via']}
          style={{ left: `${FROM + ((TO - FROM) * (position + 1)) / (via.length + 1)}%`, top: y }}
        >
          <LinkTile node={node} small failing={line.state === 'failing'} />
          <span className={styles['via-label']}>{node.name}</span>
        </div>
      ))}
      {isShown(line.label) && (
        <div
          className={classes(styles['pill'], !hasNodes && styles['alone'])}
          style={{ top: via.length === 0 ? y : y + 58 }}
        >
          {line.mark ?? <Mark state={line.state} />}
          <span>{line.label}</span>
        </div>
      )}
    </div>
  );
}

function Station({ node, side, y }: Readonly<{ node: LinkNode; side: 'from' | 'to'; y: number }>): ReactElement {
  return (
    <div className={classes(styles['station'], styles[side])} style={{ top: y }}>
      <LinkTile node={node} />
      <bdi className={styles['name']}>{node.name}</bdi>
      {isShown(node.address) && <span className={styles['address']}>{node.address}</span>}
    </div>
  );
}

function Mark({ state }: Readonly<{ state: LinkState }>): ReactElement | null {
  if (state === 'standby') return null;
  return <StatusDot state={state === 'used' ? 'online' : 'waiting'} label="" />;
}
