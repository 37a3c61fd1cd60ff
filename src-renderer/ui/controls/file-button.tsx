import { useRef, type ReactElement, type ReactNode } from 'react';
import { Button, IconButton, type ButtonProps } from './button.tsx';

export type FileButtonProps = Pick<ButtonProps, 'size' | 'variant' | 'icon' | 'busy' | 'ref'> &
  Readonly<{
    /** File endings and types, as in the HTML attribute `accept`. */
    accept: string;
    /** Called with the file that the person has chosen. */
    onChoose(file: File): void;
    children?: ReactNode;
    /** Name of a button that shows its icon only, in place of `children`. */
    label?: string | undefined;
  }>;

/** Button that opens the system's dialog to choose one file. */
export function FileButton({ accept, onChoose, children, label, ...look }: FileButtonProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const choose = (): void => input.current?.click();
  return (
    <>
      {label === undefined ? (
        <Button {...look} onClick={choose}>
          {children}
        </Button>
      ) : (
        <IconButton {...look} label={label} icon={look.icon} onClick={choose} />
      )}
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept={accept}
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          // The same file may be chosen again after it was edited.
          event.target.value = '';
          if (chosen !== undefined) onChoose(chosen);
        }}
      />
    </>
  );
}
