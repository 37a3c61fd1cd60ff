import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { classes } from '../../../ui/index.ts';
import { LEAST_SHARE, moveSeparator, type PaneLayout, type Separator } from './layout.ts';
import styles from '../terminals.module.css';

/** Distance per press of an arrow key, as a fraction of the split. With Shift it is five times as far. */
const STEP = 0.02;

type SeparatorProps = Readonly<{
  layout: PaneLayout;
  separator: Separator;
  /** Title of the pane before the bar, for screen readers. */
  title: string;
  /** Receives the changed layout; `equal` gives all panes the same size. */
  onArrange(layout: PaneLayout | 'equal'): void;
  /** Called when the person releases the bar; the terminal gets the focus back. */
  onDone(): void;
}>;

/** Bar between two panes. The person drags it or moves it by arrow keys; a double click or Enter makes all panes equal. */
export function PaneSeparator({ layout, separator, title, onArrange, onDone }: SeparatorProps): ReactElement {
  const { path, index, direction, left, top, length, room, value } = separator;
  const isRow = direction === 'row';
  /** Pointer position and layout when the drag began. */
  const held = useRef<Readonly<{ at: number; layout: PaneLayout; size: number }>>(undefined);
  const move = (by: number): void => onArrange(moveSeparator(layout, path, index, by));
  const press = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? 5 * STEP : STEP;
    const steps: Readonly<Record<string, number>> = isRow
      ? { ArrowLeft: -step, ArrowRight: step, Home: -1, End: 1 }
      : { ArrowUp: -step, ArrowDown: step, Home: -1, End: 1 };
    const by = steps[event.key];
    if (by !== undefined) move(by);
    else if (event.key === 'Enter') onArrange('equal');
    else if (event.key === 'Escape') onDone();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const coordinate = (event: PointerEvent): number => (isRow ? event.clientX : event.clientY);
  const line = { [isRow ? 'height' : 'width']: percent(length) };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-label={text('terminals.pane.separator', { title })}
      aria-valuenow={value}
      aria-valuemin={Math.round(100 * LEAST_SHARE)}
      aria-valuemax={Math.round(100 * (1 - LEAST_SHARE))}
      style={{ left: percent(left), top: percent(top), ...line }}
      className={classes(styles['separator'], styles[isRow ? 'separator-row' : 'separator-column'])}
      onKeyDown={press}
      onDoubleClick={() => onArrange('equal')}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const whole = event.currentTarget.parentElement?.getBoundingClientRect();
        if (whole === undefined) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { at: coordinate(event), layout, size: room * (isRow ? whole.width : whole.height) };
      }}
      onPointerMove={(event) => {
        const from = held.current;
        if (from !== undefined)
          onArrange(moveSeparator(from.layout, path, index, (coordinate(event) - from.at) / from.size));
      }}
      onLostPointerCapture={() => {
        if (held.current === undefined) return;
        held.current = undefined;
        onDone();
      }}
    />
  );
}

function percent(part: number): string {
  return `${part * 100}%`;
}
