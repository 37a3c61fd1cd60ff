import { useMemo, useState, type DragEvent } from 'react';
import { takeDropped } from '../../../store/index.ts';

/** Drops that an element inside of another one has taken. */
const taken = new WeakSet<Event>();

/** Sets whether files are over the innermost element over which they were last. Elements around it see no more of the drag. */
let holder: ((isOver: boolean) => void) | undefined;

/** Handlers of an element on which files are dropped. */
export type FileDropHandlers = Readonly<{
  onDragEnter(event: DragEvent<HTMLElement>): void;
  onDragOver(event: DragEvent<HTMLElement>): void;
  onDragLeave(event: DragEvent<HTMLElement>): void;
  onDrop(event: DragEvent<HTMLElement>): void;
}>;

/** `isOver`: files are dragged over the element. */
export type FileDrop = Readonly<{ isOver: boolean; handlers: FileDropHandlers }>;

/**
 * Lets files and folders be dropped on an element. What isn't a file is left to others, such as a row that is moved.
 * @param take called with what was dropped; undefined: nothing can be dropped
 * @param options.passes lets elements around it see the drag; they take no drop that this one takes
 */
export function useFileDrop(
  take: ((files: readonly File[]) => void) | undefined,
  { passes = false }: Readonly<{ passes?: boolean }> = {},
): FileDrop {
  const [isOver, setOver] = useState(false);
  const handlers = useMemo((): FileDropHandlers => {
    const over = (event: DragEvent<HTMLElement>): void => {
      if (take === undefined || !hasFiles(event)) return;
      // Otherwise the browser refuses the drop.
      event.preventDefault();
      if (!passes) {
        event.stopPropagation();
        if (holder !== setOver) holder?.(false);
        holder = setOver;
      }
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    return {
      onDragEnter: over,
      onDragOver: over,
      onDragLeave: ({ currentTarget, relatedTarget }) => {
        // Between parts of the element, there is another one.
        if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setOver(false);
      },
      onDrop: (event) => {
        setOver(false);
        if (take === undefined || !hasFiles(event) || taken.has(event.nativeEvent)) return;
        event.preventDefault();
        if (passes) taken.add(event.nativeEvent);
        else event.stopPropagation();
        take(takeDropped(event.dataTransfer));
      },
    };
  }, [take, passes]);
  return { isOver: isOver && take !== undefined, handlers };
}

/** Reports whether files are dragged. */
export function hasFiles({ dataTransfer }: Pick<DragEvent, 'dataTransfer'>): boolean {
  return dataTransfer.types.includes('Files');
}
