import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, IconButton } from './button.tsx';

/** Time for which the confirmation is shown, ms. */
const SHOWN_FOR = 2000;

export type CopyButtonProps = Readonly<{
  /** Text to copy. */
  value: string;
  label?: string | undefined;
  /** Name for screen readers, where several buttons have the same label. It contains the label. */
  what?: string | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
  variant?: 'secondary' | 'quiet' | undefined;
  /** Quiet button without an icon, for rows. */
  plain?: boolean | undefined;
  /** Shows the icon only, beside the value that it copies. */
  iconOnly?: boolean | undefined;
}>;

/** Button that copies a text to the clipboard and confirms the copy with a check mark, also to screen readers. */
export function CopyButton({
  value,
  label = text('ui.copy'),
  what,
  size = 'small',
  variant = 'secondary',
  plain = false,
  iconOnly = false,
}: CopyButtonProps): ReactElement {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const run = (): void => void copy(value).then(setCopied);
  return (
    <>
      {iconOnly ? (
        <IconButton size={size} label={label} icon={copied ? <Check /> : <Copy />} onClick={run} />
      ) : (
        <Button
          size={size}
          aria-label={what}
          variant={plain ? 'quiet' : variant}
          icon={copied ? <Check /> : plain ? undefined : <Copy />}
          onClick={run}
        >
          {label}
        </Button>
      )}
      <span role="status" className="visually-hidden">
        {copied && text('ui.copied')}
      </span>
    </>
  );
}

/**
 * Copies a text to the clipboard. If the browser denies that, selects the text in a hidden field and copies the selection.
 * @returns whether the text was copied
 */
async function copy(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copyBySelection(value);
  }
}

function copyBySelection(value: string): boolean {
  const area = document.createElement('textarea');
  area.value = value;
  area.className = 'visually-hidden';
  const focused = document.activeElement;
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
