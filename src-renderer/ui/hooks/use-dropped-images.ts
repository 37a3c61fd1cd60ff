import { useEffect, useRef, useState } from 'react';

/**
 * Calls `take` with an image that is dropped anywhere on the page or pasted; of dropped files without an image, with the first. Dropped and pasted text is
 * handled as usual.
 * @returns true while files are dragged over the page
 */
export function useDroppedImages(take: (file: File) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const handler = useRef(take);
  useEffect(() => {
    handler.current = take;
  });
  useEffect(() => {
    const imageOf = (items: DataTransfer | null): File | undefined =>
      [...(items?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // The default action would open the file in place of the page.
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      // Between elements of the page, there is another one.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setIsOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      const file = imageOf(event.dataTransfer) ?? event.dataTransfer?.files[0];
      if (file !== undefined) handler.current(file);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const image = imageOf(event.clipboardData);
      if (image === undefined) return;
      event.preventDefault();
      handler.current(image);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('paste', onPaste);
    };
  }, []);
  return isOver;
}
